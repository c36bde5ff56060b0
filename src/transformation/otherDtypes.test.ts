import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { averaged } from '../averaging/averaged.js'
import { swapped } from '../averaging/swapped.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { chain } from '../combinators/chain.js'
import { conditionallyTransform } from '../combinators/conditionallyTransform.js'
import { lookahead } from '../combinators/lookahead.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { partition } from '../combinators/partition.js'
import { selectiveTransform } from '../combinators/selectiveTransform.js'
import { skipNotFinite } from '../combinators/skipUpdates.js'
import { snapshot } from '../combinators/snapshot.js'
import { hide } from '../combinators/transformations.js'
import { treeMapParams } from '../combinators/treeMapParams.js'
import * as optimizers from '../optimizers/index.js'
import * as transforms from '../transforms/index.js'
import { compiledModules } from '../engine/wasm/kernelModules.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { step } from './step.js'
import type { Opaque, Transformation } from './Transformation.js'

type Any = Transformation<Opaque>
const { adam, sgd } = optimizers
const rate = { learningRate: 0.1 }
const inner = () => adam({ learningRate: 0.1 })

/** Everything that keeps something for each leaf, or looks at all of them. */
const table: Readonly<Record<string, Any>> = {
  average: hide(withMovingAverage({ decay: 0.5 })(inner())),
  'average, concurrent': hide(withMovingAverage({ decay: 0.5, order: 'concurrent' })(inner())),
  'average, compensated': hide(withMovingAverage({ decay: 0.5, precision: 'compensated' })(inner())),
  'average, debiased, every other step': hide(withMovingAverage({ decay: 0.5, debias: true, every: 2 })(inner())),
  'average, later': hide(withMovingAverage({ decay: 0.5, start: 2 })(inner())),
  multiSteps: hide(multiSteps({ everyKSchedule: 2 })(withMovingAverage({ decay: 0.5 })(inner()))),
  'multiSteps, skipping': hide(multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite })(inner())),
  lookahead: hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(inner())),
  'lookahead, reset': hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(inner())),
  'applyIfFinite, host': hide(applyIfFinite({ maxConsecutiveErrors: 1 })(withMovingAverage({ decay: 0.5 })(inner()))),
  'applyIfFinite, device': hide(
    applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(withMovingAverage({ decay: 0.5 })(inner())),
  ),
  masked: hide(masked({ mask: (params) => mapTree(() => true as never)(params) as never })(inner())),
  selective: hide(
    selectiveTransform({ freezeMask: { w: false, v: true, count: false, on: false } })(
      withMovingAverage({ decay: 0.5 })(inner()),
    ),
  ),
  partition: hide(
    partition({
      transforms: { one: withMovingAverage({ decay: 0.5 })(inner()), two: sgd({ learningRate: 1, momentum: 0.5 }) },
      paramLabels: { w: 'one', v: 'two', count: 'one', on: 'two' },
    }),
  ),
  'every other step': hide(conditionallyTransform({ shouldTransformFn: (n) => n % 2 === 0 })(inner())),
  snapshot: hide(chain(snapshot({ measureName: 'norm', measure: (u) => treeNorm(u) }), inner())),
  adadelta: hide(optimizers.adadelta(rate)),
  adafactor: hide(optimizers.adafactor(rate)),
  adagrad: hide(optimizers.adagrad(rate)),
  adamw: hide(optimizers.adamw({ ...rate, weightDecay: 0.1 })),
  adamax: hide(optimizers.adamax(rate)),
  adan: hide(optimizers.adan(rate)),
  amsgrad: hide(optimizers.amsgrad(rate)),
  adabelief: hide(optimizers.adabelief(rate)),
  fromage: hide(optimizers.fromage(rate)),
  lamb: hide(optimizers.lamb(rate)),
  lars: hide(optimizers.lars(rate)),
  lion: hide(optimizers.lion(rate)),
  nadam: hide(optimizers.nadam(rate)),
  novograd: hide(optimizers.novograd(rate)),
  optimisticAdam: hide(optimizers.optimisticAdam({ ...rate, optimism: 0.1 })),
  optimisticGradientDescent: hide(optimizers.optimisticGradientDescent(rate)),
  radam: hide(optimizers.radam(rate)),
  rmsprop: hide(optimizers.rmsprop({ ...rate, centered: true, momentum: 0.5 })),
  rprop: hide(optimizers.rprop(rate)),
  sgd: hide(sgd({ learningRate: 1, momentum: 0.5 })),
  signum: hide(optimizers.signum(rate)),
  sm3: hide(optimizers.sm3(rate)),
  yogi: hide(optimizers.yogi(rate)),
  'applyEvery, ema': hide(chain(transforms.applyEvery({ k: 2 }), transforms.ema({ decay: 0.5 }))),
  'norms and clips': hide(
    chain(
      transforms.clipByGlobalNorm({ maxNorm: 1 }),
      transforms.clipByBlockRms({ threshold: 1 }),
      transforms.centralize(),
      transforms.scaleByTrustRatio(),
      transforms.adaptiveGradClip({ clipping: 0.1 }),
    ),
  ),
}

// A type, not an interface: trees are records by index.
type Params = {
  readonly w: tf.Tensor
  readonly v: tf.Tensor
  readonly count: tf.Tensor
  readonly on: tf.Tensor
}
const big = 16777217 // no float32

const start = (): Params => ({
  w: tf.tensor2d([1, -2, 3, 4], [2, 2]),
  v: tf.tensor1d([0.5, -1]),
  count: tf.scalar(big, 'int32'),
  on: tf.tensor1d([true, false], 'bool'),
})
const floats = ({ w, v }: Params) => ({ w, v })
const grads = (i: number) => ({ w: tf.fill([2, 2], i - 1.5), v: tf.tensor1d([i, -1]), count: null, on: null })

/** Leaves by path, as numbers with their dtype. */
const read = (value: unknown): readonly unknown[] => tensorsOf(value).map((t) => [t.dtype, t.shape, [...t.dataSync()]])

test.each(Object.keys(table))('%s: an integer and a condition among the parameters stay as they are', (name) => {
  const optimizer = table[name] ?? hide(sgd(rate))
  const results = [false, true].map((donate) => {
    const before = tf.memory().numTensors
    const first = start()
    const initial = optimizer.init(first)
    const shape = tensorsOf(initial).map(({ dtype }) => dtype)
    let now: { readonly params: Params; readonly state: unknown } = { params: first, state: initial }
    for (let i = 0; i < 4; i++) {
      const given = grads(i)
      const next = step(optimizer, { donate })(given as never, now.state, now.params)
      expect([next.params.count, next.params.on]).toEqual([first.count, first.on])
      expect(next.params.count).toBe(first.count)
      disposeExcept([now, given], next)
      now = next
    }
    expect(tensorsOf(now.state).map(({ dtype }) => dtype)).toEqual(shape)
    expect(tf.memory().numTensors - before).toBe(tensorsOf(now).length)
    const found = read(now)
    disposeExcept(now, [])
    expect(tf.memory().numTensors).toBe(before)
    return found
  })
  expect(results[1]).toEqual(results[0])
})

test.each(Object.keys(table).filter((name) => !['selective', 'partition'].includes(name)))(
  '%s: the other leaves move as they do alone',
  (name) => {
    const optimizer = table[name] ?? hide(sgd(rate))
    const run = (whole: boolean) => {
      const params = start()
      let now = { params: (whole ? params : floats(params)) as Params, state: null as unknown }
      now = { ...now, state: optimizer.init(now.params) }
      for (let i = 0; i < 3; i++) {
        const all = grads(i)
        const given: Readonly<Record<string, tf.Tensor | null>> = whole ? all : { w: all.w, v: all.v }
        const [updates] = optimizer.update(given as never, now.state, now.params)
        expect((updates as unknown as Record<string, unknown>)['count'] ?? null).toBe(null)
        now = step(optimizer)(given as never, now.state, now.params)
      }
      return read(floats(now.params))
    }
    expect(run(true)).toEqual(run(false))
  },
)

const averaging = withMovingAverage({ decay: 0.5 })(adam(rate))

test('averages carry what they cannot average: averaged, swapped, and followed where it counts on', () => {
  let now: { params: Params; state: ReturnType<typeof averaging.init<Params>> } = {
    params: start(),
    state: averaging.init(start()),
  }
  for (let i = 0; i < 3; i++) {
    // A counter that the user moves on.
    const params: Params = { ...now.params, count: tf.scalar(big + i, 'int32') }
    now = step(averaging)(grads(i) as never, now.state, params)
    expect(read([averaged(now.state).count, averaged(now.state).on])).toEqual([
      ['int32', [], [big + i]],
      ['bool', [2], [1, 0]],
    ])
  }
  const other = swapped(now)
  expect(other.params.count).toBe(now.state.average.count)
  expect(read(swapped(other))).toEqual(read(now))
})

test('integers are saved and restored in every slot that is like the parameters', async () => {
  const { w, v, count } = start()
  const params = { w, v, count }
  const now = step(averaging)({ w, v, count: null }, averaging.init(params), params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: averaging, params: now.params, state: now.state })
  const back = await restore({ store, name: 'a', optimizer: averaging, like: now })
  expect(read([back.params, back.state])).toEqual(read([now.params, now.state]))
})

test('an average of what does not change is the same tensor', () => {
  const params = start()
  const first = step(averaging)(grads(1) as never, averaging.init(params), params)
  const second = step(averaging)(grads(1) as never, first.state, first.params)
  expect(second.state.average.count).toBe(first.state.average.count)
  expect(second.state.inner[0].mu.on).toBe(first.state.inner[0].mu.on)
})

test('slots are mapped as they are', () => {
  const state = averaging.init(start())
  const mapped = treeMapParams(averaging, (slot) => slot)(state)
  expect(read(mapped)).toEqual(read(state))
})

// Elsewhere kernels are no WebAssembly.
test.runIf(backendName === 'cpu' || backendName === 'wasm')(
  'one counter does not keep the rest from being fused',
  () => {
    const params = { ...start(), odd: tf.zeros([3]) }
    const made = compiledModules()
    const optimizer = chain(transforms.scale({ stepSize: 0.5 }), transforms.ema({ decay: 0.25 }), transforms.zeroNans())
    step(optimizer)({ ...grads(1), odd: tf.ones([3]) }, optimizer.init(params), params)
    expect(compiledModules()).toBeGreaterThan(made)
  },
)
