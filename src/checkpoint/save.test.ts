import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { migrate } from '../migration/migrate.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { nadam } from '../optimizers/nadam.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { restore, restoreSwapped } from './restore.js'
import { restoreSwappedTask, restoreTask } from './restoreTask.js'
import { save, saveSwapped } from './save.js'
import { saveSwappedTask, saveTask } from './saveTask.js'

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
  await save({ store, name: 'plain', optimizer, ...now, record: { epoch: 3, key: 'k' } })
  await saveSwapped({ store, name: 'swapped', optimizer, ...now })
  const plain = await restore({ store, name: 'plain', optimizer, like })
  expect(bits(plain.params)).toEqual(bits(now.params))
  expect(bits(plain.state)).toEqual(bits(now.state))
  expect(numbersOf(plain.state)).toEqual(numbersOf(now.state))
  expect(plain.record).toEqual({ epoch: 3, key: 'k' })
  expect(plain.warnings).toEqual([])
  const back = await restoreSwapped({ store, name: 'swapped', optimizer, like })
  expect(bits(back.params)).toEqual(bits(now.params))
  expect(bits(back.state)).toEqual(bits(now.state))
  const exchanged = await restore({ store, name: 'swapped', optimizer, like })
  expect(bits(exchanged.params)).toEqual(bits(now.state.average))
  expect(bits(exchanged.state.average)).toEqual(bits(now.params))
  expect(exchanged.warnings.map(({ path }) => path)).toEqual(['polyak.swapped'])
  const names = right(decodeSafetensors(await store.read('plain')))
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
  const saving = save({ store, name: 'a', optimizer, ...now })
  disposeExcept(now, [])
  await saving
  const params = fresh()
  const like = { params, state: optimizer.init(params) }
  const back = await restore({ store, name: 'a', optimizer, like })
  expect(bits(back.params)).toEqual(wanted)
  disposeExcept([like, back], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a signal that comes while the numbers are read ends a save, and one that has come a restore: nothing is left', async () => {
  const store = memoryStore()
  const now = trained()
  const before = tf.memory().numTensors
  const controller = new AbortController()
  const reason = new DOMException('enough', 'AbortError')
  const saving = save({ store, name: 'a', optimizer, ...now, signal: controller.signal })
  controller.abort(reason)
  await expect(saving).rejects.toMatchObject({ problems: [{ _tag: 'Store', path: 'a' }], cause: reason })
  expect(await store.list()).toEqual([])
  await save({ store, name: 'a', optimizer, ...now })
  await expect(restore({ store, name: 'a', optimizer, like: now, signal: controller.signal })).rejects.toMatchObject({
    cause: reason,
  })
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(now, [])
})

test('what only a program gets wrong is a rejection too, and is named', async () => {
  const store = memoryStore()
  const now = trained()
  const wrong = { ...now, params: { dense: 3 } } as unknown as typeof now // as JavaScript may
  const before = tf.memory().numTensors
  for (const saving of [save, saveSwapped])
    await expect(saving({ store, name: 'a', optimizer, ...wrong })).rejects.toThrow(TreeMismatch)
  for (const restoring of [restore, restoreSwapped])
    await expect(restoring({ store, name: 'a', optimizer, like: wrong })).rejects.toThrow(TreeMismatch)
  expect(await store.list()).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(now, [])
})

test('tasks do the same, once they are run', async () => {
  const store = memoryStore()
  const now = trained()
  const requests = { store, optimizer, ...now }
  const saving = F.pipe(
    saveTask({ ...requests, name: 'plain' }),
    TE.chain(() => saveSwappedTask({ ...requests, name: 'swapped' })),
  )
  expect(await store.list()).toEqual([])
  expect(await saving()).toEqual(E.right(undefined))
  for (const [task, name] of [
    [restoreTask, 'plain'],
    [restoreSwappedTask, 'swapped'],
  ] as const) {
    const back = right(await task({ store, name, optimizer, like: now })())
    expect(bits([back.params, back.state])).toEqual(bits([now.params, now.state]))
    disposeExcept(back, [])
  }
  expect(await restoreTask({ store, name: 'absent', optimizer, like: now })()).toMatchObject({
    left: [{ _tag: 'Missing', path: 'absent' }],
  })
  disposeExcept(now, [])
})

test('another rule with the same state is a warning', async () => {
  const store = memoryStore()
  const params = { w: tf.tensor1d([1, 2]) }
  const saved = adam({ learningRate: 0.1 })
  const state = saved.init(params)
  await save({ store, name: 'a', optimizer: saved, params, state })
  const back = await restore({ store, name: 'a', optimizer: nadam({ learningRate: 0.1 }), like: { params, state } })
  expect(back.warnings.map(({ message }) => message)).toEqual([
    'nadam: expected nadam of 2 parts, found adam of 2 parts; the state is restored; the new rule holds from now on',
  ])
  disposeExcept([params, state, back], [])
})

test('what should say how a file is restored, and does not, is told by name', async () => {
  const store = memoryStore()
  const now = trained()
  await save({ store, name: 'a', optimizer, ...now })
  const words = "'same', 'moved', 'cast', 'started', 'dropped', 'shape'"
  for (const [how, message] of [
    [{ accept: true }, `accept must be a list of ${words}, or a function of a line, found true.`],
    [{ accept: ['start'] }, "found ['start']. Pass e.g. { accept: ['started'] }."],
    [{ rename: { a: 'b' } }, "rename must be a list of pairs [from, to], found { a: 'b' }."],
    [{ rename: ['a', 'b'] }, "rename must be a list of pairs [from, to], found ['a', 'b']."],
    [{ slots: 'a' }, "slots must be a record from new names to old ones, found 'a'."],
  ] as const) {
    // wrong on purpose
    const wrong = how as object
    await expect(restore({ store, name: 'a', optimizer, like: now, ...wrong })).rejects.toThrow(message)
    expect(() => migrate(optimizer, optimizer, wrong)).toThrow(
      `migrate: ${message.startsWith('found') ? 'accept' : message}`,
    )
  }
  disposeExcept(now, [])
})

test('a changed hyperparameter is a warning, a changed structure an error by path, and nothing is made then', async () => {
  const store = memoryStore()
  const now = trained()
  await save({ store, name: 'a', optimizer, ...now })
  const other = optimizerWith(0.2)
  const warned = await restore({ store, name: 'a', optimizer: other, like: now })
  expect(warned.warnings.map(({ path }) => path)).toEqual([
    'movingAverage.0.chain.1.adamw.learningRate',
    'movingAverage.0.chain.1.adamw.2.scaleByLearningRate.learningRate',
  ])
  const smaller = F.pipe(adamw({ learningRate: 0.1 }), withMovingAverage({ decay: 0.5 }))
  const begun = smaller.init(now.params)
  const moved = await restore({ store, name: 'a', optimizer: smaller, like: { params: now.params, state: begun } })
  expect(bits(moved.state.inner)).toEqual(bits(now.state.inner[1]))
  expect(moved.warnings.map(({ path, found }) => [path, found.split('\n')[0]])).toEqual([['plan', '5 same, 7 moved']])
  disposeExcept([begun, moved], [])
  const simpler = F.pipe(adam({ learningRate: 0.1 }), withMovingAverage({ decay: 0.5 }))
  const unlike = simpler.init(now.params)
  const count = tf.memory().numTensors
  const wrong = restore({ store, name: 'a', optimizer: simpler, like: { params: now.params, state: unlike } })
  await expect(wrong).rejects.toMatchObject({
    problems: expect.arrayContaining([
      expect.objectContaining({ _tag: 'Mismatch', path: expect.stringMatching(/^movingAverage/) }),
    ]),
  })
  const bad = await restore({
    store,
    name: 'a',
    optimizer,
    like: {
      ...now,
      params: { dense: { kernel: now.params.dense.bias, bias: now.params.dense.bias } } as unknown as typeof now.params,
    },
  }).catch(String)
  expect(typeof bad === 'string' ? bad : JSON.stringify(bad)).toMatch(/dense\/kernel|state\.average|like/)
  await expect(
    saveSwapped({ store, name: 'b', optimizer, ...now, only: (name) => name === 'dense/kernel' }),
  ).rejects.toMatchObject({ problems: [{ _tag: 'Missing', path: 'dense/kernel/ExponentialMovingAverage' }] })
  await expect(store.read('b')).rejects.toThrow(CheckpointFailed)
  expect(tf.memory().numTensors).toBe(count)
  disposeExcept([now, warned, unlike], [])
})

test('more metadata for other readers stand in the file; keys of polyak and what is no text are refused, and nothing is written', async () => {
  const store = memoryStore()
  const now = trained()
  const before = tf.memory().numTensors
  await save({ store, name: 'a', optimizer, ...now, metadata: { format: 'pt', '': 'x' } })
  const { metadata } = right(decodeSafetensors(await store.read('a')))
  expect([metadata['format'], metadata[''], metadata['polyak.swapped']]).toEqual(['pt', 'x', 'false'])
  const back = await restore({ store, name: 'a', optimizer, like: now })
  expect([bits(back.params), back.warnings]).toEqual([bits(now.params), []])
  disposeExcept(back, [])
  for (const [more, path] of [
    [{ 'polyak.numbers': '{}' }, 'metadata.polyak.numbers'],
    [{ 'polyak.new': '' }, 'metadata.polyak.new'],
    [{ a: 1 as unknown as string }, 'checkpoint'],
    [{ '\ud800': '' }, 'checkpoint'],
  ] as const)
    await expect(save({ store, name: 'b', optimizer, ...now, metadata: more })).rejects.toMatchObject({
      problems: [{ _tag: 'Unsupported', path }],
    })
  expect((await store.list()).map(({ name }) => name)).toEqual(['a'])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(now, [])
})
