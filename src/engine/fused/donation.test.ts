import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName } from '../../../laws/checks/backend.js'
import { whole as wholeRun } from '../../../laws/checks/part.js'
import { withMovingAverage } from '../../averaging/withMovingAverage.js'
import { chain } from '../../combinators/chain.js'
import { adamw } from '../../optimizers/adamw.js'
import { applyUpdates } from '../../transformation/applyUpdates.js'
import { step } from '../../transformation/step.js'
import { clipByGlobalNorm } from '../../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { chooseExecutor } from '../chooseExecutor.js'
import { compiledModules } from '../wasm/kernelModules.js'

const optimizer = withMovingAverage({ decay: 0.9 })(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1, weightDecay: 0.01 })),
)

const tree = (seed: number) => ({
  kernel: tf.tensor2d(
    Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + seed)),
    [2, 3],
  ),
  bias: tf.tensor1d(Float32Array.from({ length: 19 }, (_, i) => Math.cos(i * seed))),
  scale: tf.scalar(seed),
})

const values = (value: unknown): unknown => tensorsOf(value).map((t) => [...t.dataSync()])

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  const more = tf.memory().numTensors - before
  if (more !== 0) throw new Error(`${more} tensors more than before`)
})

describe.skipIf(backendName === 'webgl')('donation', () => {
  test('pure, donated, and in two passes: the same numbers', () => {
    const [grads, params] = [tree(1), tree(2)]
    let pure = { params, state: optimizer.init(params) }
    let passes = pure
    const own = tree(2)
    let donated = { params: own, state: optimizer.init(own) }
    for (let i = 0; i < 12; i++) {
      const next = step(optimizer)(grads, pure.state, pure.params)
      const [updates, state] = optimizer.update(grads, passes.state, passes.params)
      const twice = { params: applyUpdates(passes.params, updates), state }
      disposeExcept(updates, [])
      donated = step(optimizer, { donate: true })(grads, donated.state, donated.params)
      expect(values([twice.params, twice.state])).toEqual(values([next.params, next.state]))
      expect(values([donated.params, donated.state])).toEqual(values([next.params, next.state]))
      if (pure !== passes) disposeExcept(pure, next)
      disposeExcept(passes, [next, twice])
      pure = next
      passes = twice
    }
    disposeExcept([grads, pure, passes, donated], [])
  })

  test('a fused chain gives what its links give one after the other', () => {
    const links = [
      clipByGlobalNorm({ maxNorm: 0.5 }),
      adamw({ learningRate: 0.1, weightDecay: 0.01 }),
      clipByGlobalNorm({ maxNorm: 0.1 }),
    ] as const
    const whole = chain(...links)
    const [grads, params] = [tree(1), tree(2)]
    const state = whole.init(params)
    const [expected, next] = links.reduce<readonly [typeof grads, readonly unknown[]]>(
      ([updates, states], link, i) => {
        const [out, after] = link.update(updates, state[i] as never, params) // each link's own state
        if (updates !== grads) disposeExcept(updates, out)
        return [out as typeof grads, [...states, after]] // every leaf has a gradient
      },
      [grads, []],
    )
    const fused = whole.update(grads, state, params)
    expect(values(fused)).toEqual(values([expected, next]))
    disposeExcept([grads, params, state, expected, next, fused], [])
  })

  test('inputs of a pure step stay as they are', () => {
    const [grads, params] = [tree(1), tree(2)]
    const state = optimizer.init(params)
    const old = values([grads, params, state])
    const next = step(optimizer)(grads, state, params)
    expect(values([grads, params, state])).toEqual(old)
    disposeExcept([grads, params, state, next], [])
  })

  test.each([false, true])('many steps, donate: %s: as many tensors and bytes as before', (donate) => {
    const [grads, params] = [tree(1), tree(2)]
    let now = { params, state: optimizer.init(params) }
    const { numTensors, numBytes, numDataBuffers } = tf.memory()
    const counts = new Set<string>()
    for (let i = 0; i < (wholeRun ? 1000 : 200); i++) {
      const next = step(optimizer, { donate })(grads, now.state, now.params)
      if (!donate) disposeExcept(now, next)
      now = next
      const memory = tf.memory()
      counts.add([memory.numTensors, memory.numBytes].join())
    }
    expect([...counts]).toEqual([[numTensors, numBytes].join()])
    // On cpu and wasm the average starts as a copy that may share memory: from the first step on it has its own.
    expect(tf.memory().numDataBuffers - numDataBuffers).toBeLessThanOrEqual(3)
    disposeExcept([grads, now], [])
  })

  test('memory is reused, and what was given away is gone', () => {
    const [grads, params] = [tree(1), tree(2)]
    let now = { params, state: optimizer.init(params) }
    now = step(optimizer, { donate: true })(grads, now.state, now.params)
    const old = now
    const places = [old.params.bias, old.state.average.bias].map(placeOf)
    now = step(optimizer, { donate: true })(grads, old.state, old.params)
    expect([now.params.bias, now.state.average.bias].map(placeOf)).toEqual(places)
    expect(tensorsOf([old.params, old.state]).every((t) => t.isDisposed)).toBe(true)
    expect(tensorsOf(grads).some((t) => t.isDisposed)).toBe(false)
    expect(() => old.params.bias.dataSync()).toThrow()
    expect(() => step(optimizer)(grads, old.state, old.params)).toThrow(
      /params: at kernel, the tensor is disposed.*donate: true/,
    )
    expect(() => step(optimizer)(grads, old.state, now.params)).toThrow(/state\.\S+: at kernel, the tensor is disposed/)
    disposeExcept([grads, now], [])
  })

  test('memory that others hold is left alone', () => {
    const grads = tree(1)
    const params = tree(2)
    const held = tf.reshape(params.bias, [19, 1])
    const expected = [...held.dataSync()]
    const now = step(optimizer, { donate: true })(grads, optimizer.init(params), params)
    expect([...held.dataSync()]).toEqual(expected)
    expect(now.params.bias.dataId).not.toBe(held.dataId)
    expect(params.bias.isDisposed).toBe(true)
    disposeExcept([grads, now, { held }], [])
  })

  test('one tensor in two places: as if there were two', () => {
    const shared = tf.tensor1d([1, 2, 3])
    const apart = { a: tf.tensor1d([1, 2, 3]), b: tf.tensor1d([1, 2, 3]) }
    const tied = { a: shared, b: shared }
    const grads = { a: tf.tensor1d([1, 0, -1]), b: tf.tensor1d([5, 5, 5]) }
    const expected = step(optimizer, { donate: true })(grads, optimizer.init(apart), apart)
    const found = step(optimizer, { donate: true })(grads, optimizer.init(tied), tied)
    expect(values([found.params, found.state])).toEqual(values([expected.params, expected.state]))
    disposeExcept([grads, expected, found], [])
  })

  test('gradients that are the parameters themselves', () => {
    const [params, apart, copies] = [tree(2), tree(2), tree(2)]
    const state = optimizer.init(apart)
    const expected = step(optimizer)(copies, state, apart)
    const found = step(optimizer, { donate: true })(params, optimizer.init(params), params)
    expect(values(found.params)).toEqual(values(expected.params))
    disposeExcept([apart, copies, state, expected, found], [])
  })

  test('leaves without a gradient keep their tensors', () => {
    const params = tree(2)
    const { scale, ...graded } = tree(1)
    scale.dispose()
    const grads = { ...graded, scale: null }
    const state = optimizer.init(params)
    const now = step(optimizer, { donate: true })(grads, state, params)
    expect(now.params.scale).toBe(params.scale)
    expect(now.state.inner[1][0].mu.scale).toBe(state.inner[1][0].mu.scale)
    expect(now.params.scale.isDisposed).toBe(false)
    disposeExcept([grads, now], [])
  })

  test('other dtypes go through tensor operations, and give back as much', () => {
    const params = { w: tf.tensor1d([1, 2]), n: tf.tensor1d([1, 2], 'int32') }
    const grads = { w: tf.tensor1d([1, 1]), n: null }
    const [first, last] = [tf.memory().numTensors, optimizer.init(params)]
    const full = tf.memory().numTensors
    const now = step(optimizer, { donate: true })(grads, last, params)
    expect(tf.memory().numTensors).toBe(full)
    expect(full).toBeGreaterThan(first)
    expect(now.params.n).toBe(params.n)
    disposeExcept([grads, now], [])
  })

  test('any number of sets of options compile two kernels: one for the norm, one for the rest', () => {
    const params = tree(2)
    const grads = tree(1)
    const modules = compiledModules()
    let random = 7
    const between = (low: number, high: number): number => {
      random = (random * 16807) % 2147483647
      return low + (random / 2147483647) * (high - low)
    }
    for (let i = 0; i < (wholeRun ? 200 : 40); i++) {
      const one = withMovingAverage({ decay: between(0.6, 0.999) })(
        chain(
          clipByGlobalNorm({ maxNorm: between(0.1, 10) }),
          adamw({
            learningRate: between(1e-5, 1),
            b1: between(0.1, 0.9),
            b2: between(0.1, 0.9),
            eps: between(1e-10, 1e-3),
            weightDecay: between(0, 1),
          }),
        ),
      )
      const state = one.init(params)
      disposeExcept([state, step(one)(grads, state, params)], params)
    }
    // Already compiled by the tests above; alone, two.
    expect(compiledModules() - modules).toBeLessThanOrEqual(2)
    expect(compiledModules()).toBeGreaterThanOrEqual(2)
    disposeExcept([grads, params], [])
  })

  test('a tape records tensor operations', () => {
    const params = tree(2)
    const state = optimizer.init(params)
    const seen: string[] = []
    const gradient = tf.ones([19])
    const slope = tf.grad((g: tf.Tensor) =>
      tf.tidy(() => {
        seen.push(chooseExecutor().name)
        const { params: next } = step(optimizer)({ kernel: null, bias: g, scale: null }, state, params)
        return tf.sum(next.bias)
      }),
    )(gradient)
    expect(seen).toEqual(['eager'])
    expect(slope.shape).toEqual([19])
    expect(chooseExecutor().name).toBe(backendName)
    slope.dispose()
    disposeExcept([params, state, { gradient }], [])
  })
})

/** Where a tensor's elements lie: an address on the heap of the wasm backend, else the id of its data. */
const placeOf = (tensor: tf.Tensor): unknown => {
  const { dataIdMap } = tf.backend() as {
    readonly dataIdMap?: { readonly get: (id: object) => { readonly memoryOffset: number } }
  }
  return dataIdMap === undefined ? tensor.dataId : dataIdMap.get(tensor.dataId).memoryOffset
}
