import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { adamw } from '../optimizers/adamw.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { restore, restoreSwapped } from './restore.js'
import { save, saveSwapped } from './save.js'

const optimizerWith = (learningRate: number) =>
  F.pipe(chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate })), withMovingAverage({ decay: 0.5 }))
const optimizer = optimizerWith(0.1)
const fresh = () => ({
  dense: {
    kernel: tf.tensor2d([
      [1, 2],
      [3, -4],
    ]),
    bias: tf.tensor1d([-0, 0.5]),
  },
})
const gradsOf = () => ({
  dense: {
    kernel: tf.tensor2d([
      [0.1, 0.2],
      [3, 4],
    ]),
    bias: tf.tensor1d([1, 2]),
  },
})
const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}
const bits = (value: unknown) =>
  tensorsOf(value).map((tensor) => [...new Int32Array(Float32Array.from(tensor.dataSync()).buffer)])
const numbersOf = (state: unknown): unknown =>
  JSON.parse(JSON.stringify(state, (_key, value: unknown) => (value instanceof tf.Tensor ? null : value)))

const trained = () => {
  const params = fresh()
  const grads = gradsOf()
  const start = { params, state: optimizer.init(params) }
  const now = step(optimizer)(grads, start.state, start.params)
  disposeExcept([start, grads], now)
  return now
}

test('restore ∘ save = identity and restoreSwapped ∘ saveSwapped = identity, bit for bit; restore ∘ saveSwapped = swapped', async () => {
  const before = tf.memory().numTensors
  const store = memoryStore()
  const now = trained()
  const like = { params: now.params, state: now.state }
  right(await save({ store, name: 'plain', optimizer, ...now, record: { epoch: 3, key: 'k' } })())
  right(await saveSwapped({ store, name: 'swapped', optimizer, ...now })())
  const plain = right(await restore({ store, name: 'plain', optimizer, like })())
  expect(bits(plain.params)).toEqual(bits(now.params))
  expect(bits(plain.state)).toEqual(bits(now.state))
  expect(numbersOf(plain.state)).toEqual(numbersOf(now.state))
  expect(plain.record).toEqual({ epoch: 3, key: 'k' })
  expect(plain.warnings).toEqual([])
  const back = right(await restoreSwapped({ store, name: 'swapped', optimizer, like })())
  expect(bits(back.params)).toEqual(bits(now.params))
  expect(bits(back.state)).toEqual(bits(now.state))
  const exchanged = right(await restore({ store, name: 'swapped', optimizer, like })())
  expect(bits(exchanged.params)).toEqual(bits(now.state.average))
  expect(bits(exchanged.state.average)).toEqual(bits(now.params))
  expect(exchanged.warnings.map(({ path }) => path)).toEqual(['polyak.swapped'])
  const names = right(decodeSafetensors(right(await store.read('plain')())))
    .entries.map(({ name }) => name)
    .sort()
  expect(names).toEqual(
    ['bias', 'kernel'].flatMap((leaf) =>
      ['', '/ExponentialMovingAverage', '/inner.1.0.mu', '/inner.1.0.nu'].map((s) => `dense/${leaf}${s}`),
    ),
  )
  disposeExcept([now, plain, back, exchanged], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('the originals may be disposed as soon as a save has begun', async () => {
  const before = tf.memory().numTensors
  const store = memoryStore()
  const now = trained()
  const wanted = bits(now.params)
  const saving = save({ store, name: 'a', optimizer, ...now })()
  disposeExcept(now, [])
  right(await saving)
  const params = fresh()
  const like = { params, state: optimizer.init(params) }
  const back = right(await restore({ store, name: 'a', optimizer, like })())
  expect(bits(back.params)).toEqual(wanted)
  disposeExcept([like, back], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a changed hyperparameter is a warning, a changed structure an error by path, and nothing is made then', async () => {
  const store = memoryStore()
  const now = trained()
  right(await save({ store, name: 'a', optimizer, ...now })())
  const other = optimizerWith(0.2)
  const warned = right(await restore({ store, name: 'a', optimizer: other, like: now })())
  expect(warned.warnings.map(({ path }) => path)).toEqual([
    'movingAverage.0.chain.1.adamw.learningRate',
    'movingAverage.0.chain.1.adamw.2.scaleByLearningRate.learningRate',
  ])
  const smaller = F.pipe(adamw({ learningRate: 0.1 }), withMovingAverage({ decay: 0.5 }))
  const unlike = smaller.init(now.params)
  const count = tf.memory().numTensors
  const wrong = await restore({ store, name: 'a', optimizer: smaller, like: { params: now.params, state: unlike } })()
  expect(
    E.isLeft(wrong) && wrong.left.some(({ _tag, path }) => _tag === 'Mismatch' && path.startsWith('movingAverage')),
  ).toBe(true)
  const bad = await restore({
    store,
    name: 'a',
    optimizer,
    like: {
      ...now,
      params: { dense: { kernel: now.params.dense.bias, bias: now.params.dense.bias } } as unknown as typeof now.params,
    },
  })().catch(String)
  expect(JSON.stringify(bad)).toMatch(/dense\/kernel|state\.average|like/)
  expect(
    await saveSwapped({ store, name: 'b', optimizer, ...now, only: (name) => name === 'dense/kernel' })(),
  ).toMatchObject({ left: [{ _tag: 'Missing', path: 'dense/kernel/ExponentialMovingAverage' }] })
  expect(E.isLeft(await store.read('b')())).toBe(true)
  expect(tf.memory().numTensors).toBe(count)
  disposeExcept([now, warned, unlike], [])
})
