import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { adamw } from '../optimizers/adamw.js'
import { fit } from '../training/fit.js'
import { minimize } from '../training/minimize.js'
import { type Now, step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'

const optimizer = withMovingAverage({ decay: 0.5 })(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1 })),
)

type Params = { readonly w: tf.Tensor; readonly b: tf.Tensor }
// as large as what is spared on cpu, and as small as what is not
const [large, small] = [1024, 4]
const tree = (seed: number): Params => ({
  w: tf.tensor1d(Float32Array.from({ length: large }, (_, i) => (i % 9) + seed)),
  b: tf.tensor1d(Float32Array.from({ length: small }, (_, i) => i + seed)),
})
const start = (params = tree(1)) => ({ params, state: optimizer.init(params) })
const loss = ({ w, b }: Params, x = 1) =>
  tf.tidy(() => tf.mul(tf.add(tf.sum(tf.square(w)), tf.sum(tf.square(b))), x)) as tf.Scalar

type Running = Now<Params, ReturnType<typeof optimizer.init<Params>>>

/** Every way to make a step that may write into what it is given, or into what was disposed. */
const replacing: Readonly<Record<string, (now: Running) => Running>> = {
  step: (now) => {
    const grads = tree(3)
    const next = step(optimizer, { donate: true })(grads, now.state, now.params)
    disposeExcept(grads, next)
    return next
  },
  'step that is pure, and what it replaced disposed': (now) => {
    const grads = tree(3)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([grads, now], next)
    return next
  },
  minimize: (now) => {
    const { value, params, state } = minimize(optimizer, loss, { donate: true })(now)
    value.dispose()
    return { params, state }
  },
}

/** Every way to hold what a tensor holds: the numbers to look at again later. */
const held: Readonly<Record<string, (tensor: tf.Tensor) => Promise<() => ArrayLike<number>>>> = {
  data: async (t) => {
    const read = await t.data()
    return () => read
  },
  dataSync: async (t) => {
    const read = t.dataSync()
    return () => read
  },
  bufferSync: async (t) => {
    const { values } = t.bufferSync()
    return () => values
  },
  buffer: async (t) => {
    const { values } = await t.buffer()
    return () => values
  },
  'a part of what was read': async (t) => {
    const part = t.dataSync().subarray(1)
    return () => part
  },
  'a tensor of what was read': async (t) => numbersOf([tf.tensor1d(t.dataSync())]),
  slice: async (t) => numbersOf([tf.slice(t, [1], [t.size - 2])]),
  'slice of all': async (t) => numbersOf([tf.slice(t, [0], [t.size])]),
  split: async (t) => numbersOf(tf.split(t, 2)),
  unstack: async (t) => numbersOf(tf.unstack(t)),
  stridedSlice: async (t) => numbersOf([tf.stridedSlice(t, [0], [t.size], [2])]),
  reshape: async (t) => numbersOf([tf.reshape(t, [2, t.size / 2])]),
  clone: async (t) => numbersOf([tf.clone(t)]),
  variable: async (t) => numbersOf([tf.variable(t)]),
  'one part of concat': async (t) => numbersOf([tf.concat([t])]),
  ...(backendName === 'wasm'
    ? {}
    : { complex: async (t: tf.Tensor) => numbersOf([tf.tidy(() => tf.real(tf.complex(t, t)))]) }),
}

/** The tensors are read each time, from their own memory. */
const numbersOf = (tensors: readonly tf.Tensor[]) => {
  open.push(...tensors)
  return () => tensors.flatMap((tensor) => [...tensor.dataSync()])
}

const open: tf.Tensor[] = []
let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  open.splice(0).forEach((tensor) => tensor.dispose())
  const more = tf.memory().numTensors - before
  if (more !== 0) throw new Error(`${more} tensors more than before`)
})

describe.each(Object.entries(replacing))('what others hold stays as it is: %s', (_, next) => {
  test.each(Object.entries(held))('%s', async (_name, hold) => {
    // Memory of the user, of the first step, and of the second one, which is written in place.
    let now: Running = start()
    const seen: { readonly numbers: readonly number[]; readonly look: () => ArrayLike<number> }[] = []
    for (let i = 0; i < 4; i++) {
      for (const tensor of [now.params, now.state.average, now.state.inner[1][0].mu].flatMap(({ w, b }) => [w, b])) {
        const look = await hold(tensor)
        seen.push({ numbers: Array.from(look()), look })
      }
      now = next(now)
    }
    for (const { numbers, look } of seen) expect(Array.from(look())).toEqual(numbers)
    disposeExcept(now, [])
  })

  test('an array of the user, and two tensors of it', () => {
    const numbers = Array.from({ length: large }, (_i, i) => i % 5)
    const array = Float32Array.from(numbers)
    const [w, kept] = [tf.tensor1d(array), tf.tensor1d(array)]
    let now: Running = start({ w, b: tf.tensor1d([1, 2, 3, 4]) })
    for (let i = 0; i < 3; i++) now = next(now)
    expect([...array]).toEqual(numbers)
    expect([...kept.dataSync()]).toEqual(numbers)
    disposeExcept([now, { kept }], [])
  })

  test('two leaves that are tensors of one array: as if there were two', () => {
    const array = Float32Array.of(1, 2, 3, 4)
    const apart = { w: tf.tensor1d(array.slice()), b: tf.tensor1d(array.slice()) }
    const tied = { w: tf.tensor1d(array), b: tf.tensor1d(array.subarray(0)) }
    const grads = { w: tf.tensor1d([1, 0, -1, 2]), b: tf.tensor1d([5, 5, 5, 5]) }
    const run = step(optimizer, { donate: true })
    let [expected, found] = [start(apart), start(tied)]
    for (let i = 0; i < 3; i++) {
      expected = run(grads, expected.state, expected.params)
      found = run(grads, found.state, found.params)
    }
    const numbers = (value: unknown) => tensorsOf(value).map((tensor) => [...tensor.dataSync()])
    expect(numbers(found)).toEqual(numbers(expected))
    expect([...array]).toEqual([1, 2, 3, 4])
    disposeExcept([grads, expected, found], [])
  })
})

describe('fit, which donates', () => {
  const run = (now: Running) => fit(optimizer, loss)(now, [1, 2, 3, 4])

  test.each(['data', 'dataSync', 'bufferSync', 'slice'])('what was read at each event stays: %s', async (name) => {
    const hold = held[name]
    if (hold === undefined) throw new Error(name)
    const first = start()
    const seen: { readonly numbers: readonly number[]; readonly look: () => ArrayLike<number> }[] = []
    let last: Running = first
    for await (const { params, state } of run(first)) {
      for (const tensor of [params.w, state.average.w]) {
        const look = await hold(tensor)
        seen.push({ numbers: Array.from(look()), look })
      }
      last = { params, state }
    }
    for (const { numbers, look } of seen) expect(Array.from(look())).toEqual(numbers)
    expect(new Set(seen.map(({ numbers }) => numbers.join())).size).toBe(seen.length)
    disposeExcept([first, last], [])
  })

  test('reads that are awaited only when the run is over', async () => {
    const first = start()
    const reads: Promise<ArrayLike<number>>[] = []
    let last: Running = first
    for await (const { params, state } of run(first)) {
      reads.push(state.average.w.data())
      last = { params, state }
    }
    const found = await Promise.all(reads)
    expect(new Set(found.map((values) => Array.from(values).join())).size).toBe(4)
    disposeExcept([first, last], [])
  })

  test('what the user passed in, and the array behind it', async () => {
    const array = Float32Array.of(1, 2, 3, 4)
    const first = start({ w: tf.tensor1d(array), b: tf.tensor1d([1]) })
    let last: Running = first
    for await (const { params, state } of run(first)) last = { params, state }
    expect([...array]).toEqual([1, 2, 3, 4])
    expect([...first.params.w.dataSync()]).toEqual([1, 2, 3, 4])
    disposeExcept([first, last], [])
  })
})
