import * as tf from '@tensorflow/tfjs-core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { expect, test } from 'vitest'
import { whole } from '../../../laws/checks/part.js'
import { chain } from '../../combinators/chain.js'
import { adamw } from '../../optimizers/adamw.js'
import { checkedEquation as equation } from '../../transformation/checkedEquation.js'
import { step } from '../../transformation/step.js'
import { clipByGlobalNorm } from '../../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { chooseExecutor } from '../chooseExecutor.js'

// the webgl project guarantees the backend's class
const backend = (): MathBackendWebGL => tf.backend() as MathBackendWebGL
const context = (): WebGL2RenderingContext => backend().gpgpu.gl as WebGL2RenderingContext

/** How often functions of the context are called, while `f` runs. */
const calls = <A>(names: readonly (keyof WebGL2RenderingContext & string)[], f: () => A, at?: () => void) => {
  const gl = context() as unknown as Record<string, (...args: readonly unknown[]) => unknown>
  const count: Record<string, number> = {}
  for (const name of names) {
    const given = gl[name]?.bind(gl)
    count[name] = 0
    gl[name] = (...args) => {
      count[name] = (count[name] ?? 0) + 1
      const result = given?.(...args)
      at?.()
      return result
    }
  }
  try {
    return { result: f(), count }
  } finally {
    for (const name of names) delete gl[name] // the prototype's own shows again
  }
}

const average = (decay: number) =>
  equation({ name: 'average', slots: { average: { per: 'element', start: 'param' } as const }, observes: true })(
    (A) =>
      ({ update, param, average }) => ({
        update,
        average: A.sub(average, A.mul(A.lit(1 - decay), A.sub(average, A.applied(param, update)))),
      }),
  )

const optimizer = (rate = 1e-3, decay = 0.999, maxNorm = 1, b1 = 0.9) =>
  chain(clipByGlobalNorm({ maxNorm }), adamw({ learningRate: rate, b1 }), average(decay))

const conv = (from: number, to: number): readonly (readonly number[])[] => [[3, 3, from, to], [to], [to]]

/** A residual network of 59 tensors and 1.07 million parameters. */
const resnet: readonly (readonly number[])[] = [
  ...conv(3, 32),
  ...Array.from({ length: 6 }, () => conv(32, 32)).flat(),
  ...conv(32, 64),
  ...Array.from({ length: 5 }, () => conv(64, 64)).flat(),
  ...conv(64, 128),
  ...Array.from({ length: 5 }, () => conv(128, 128)).flat(),
  [128, 10],
  [10],
]

const packed = (shape: readonly number[]): tf.Tensor => tf.tidy(() => tf.mul(tf.randomUniform([...shape], -1, 1), 1))

const unpacked = (shape: readonly number[]): tf.Tensor => {
  const t = packed(shape)
  const u = tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(t))
  t.dispose()
  return u
}

const free = (value: unknown): void => tensorsOf(value).forEach((t) => t.dispose())

const live = (): number => {
  const textures = backend().getTextureManager()
  return textures.numBytesAllocated - textures.numBytesFree
}

const uploads = ['texImage2D', 'texSubImage2D', 'bufferData', 'bufferSubData', 'readPixels'] as const

test('a step of the residual network: its draws, no texture made, nothing uploaded or read back', () => {
  expect(chooseExecutor().name).toBe('webgl')
  expect(resnet.length).toBe(59)
  const tx = optimizer()
  const params = resnet.map(packed)
  for (const [gradient, most] of [
    [packed, 59 + 18],
    [unpacked, 59 + 23],
  ] as const) {
    const grads = resnet.map(gradient)
    let now = { params, state: tx.init(params) }
    const go = () => {
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept(now, { next, params })
      now = next
    }
    go()
    go()
    const { count } = calls(['drawElements', 'createTexture', 'linkProgram', ...uploads], go)
    expect(count['drawElements']).toBeLessThanOrEqual(most)
    // One draw for each leaf, one for each large leaf, one for 15 small ones, two for the total: no fewer, or something
    // was left out.
    expect(count['drawElements']).toBe(59 + 12 + 4 + 2)
    for (const name of ['createTexture', 'linkProgram', ...uploads]) expect([name, count[name]]).toEqual([name, 0])
    disposeExcept(now, params)
    free(grads)
  }
  free(params)
})

test('the memory that a step takes at its peak: 16 bytes for each parameter; donated, 3', () => {
  const tx = optimizer()
  const grads = resnet.map(packed)
  const size = grads.reduce((n, { size }) => n + size, 0)
  let now = ((params: readonly tf.Tensor[]) => ({ params, state: tx.init(params) }))(resnet.map(packed))
  for (const [donate, most] of [
    [false, 16.1],
    [true, 3],
  ] as const) {
    const go = () => {
      const next = step(tx, { donate })(grads, now.state, now.params)
      if (!donate) disposeExcept(now, next)
      else for (const t of tensorsOf(now)) expect(t.isDisposed).toBe(true)
      now = next
    }
    go()
    go()
    const before = live()
    let peak = before
    calls(['drawElements'], go, () => {
      peak = Math.max(peak, live())
    })
    expect((peak - before) / size).toBeLessThanOrEqual(most)
    expect(live()).toBe(before)
  }
  free([now, grads])
})

const many = whole ? 1000 : 100

test.each([false, true])(
  `${many} steps, donated: %s, neither lose nor keep a tensor, a texture or a byte`,
  (donate) => {
    const shapes = [[], [5], [3, 4], [2, 3, 5]]
    const tx = optimizer()
    const memory = () => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory()
      return { ...backend().memory(), ids: backend().numDataIds(), numTensors, numDataBuffers, numBytes }
    }
    const start = tf.memory().numTensors
    const grads = shapes.map(packed)
    let now = ((params: readonly tf.Tensor[]) => ({ params, state: tx.init(params) }))(shapes.map(packed))
    const go = () => {
      const next = step(tx, { donate })(grads, now.state, now.params)
      if (!donate) disposeExcept(now, next)
      now = next
    }
    for (let t = 0; t < 3; t++) go()
    const before = memory()
    for (let t = 0; t < many; t++) go()
    expect(memory()).toEqual(before)
    free([now, grads])
    expect(tf.memory().numTensors).toBe(start)
  },
)

test('any number of sets of options are one set of programs', () => {
  const shapes = [[5], [3, 4]]
  const grads = shapes.map(packed)
  const params = shapes.map(packed)
  const odd = (k: number) =>
    equation({ name: 'odd', scalars: () => ({ k }) })((A) => ({ update }, { k: c }) => ({
      update: A.sub(A.mul(update, c), A.mul(A.lit(k), A.tanh(update))),
    }))
  const once = (k: number): void => {
    const tx = chain(odd(k), optimizer(1e-3 * (k + 1), 1 - 0.5 / (k + 2), 1 + k, 0.9 + k / 5000))
    let now = { params, state: tx.init(params) }
    for (let t = 0; t < 2; t++) {
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept(now, { next, params })
      now = next
    }
    disposeExcept(now, params)
  }
  // The fold, its two ends, and the step once with each layout of the state; those without the odd equation may be
  // there already.
  const { linkProgram } = calls(['linkProgram'], () => once(0)).count
  expect(linkProgram).toBeGreaterThan(0)
  expect(linkProgram).toBeLessThanOrEqual(8)
  expect(
    calls(['linkProgram'], () => {
      for (let k = 1; k < (whole ? 200 : 40); k++) once(k)
    }).count,
  ).toEqual({ linkProgram: 0 })
  free([params, grads])
})
