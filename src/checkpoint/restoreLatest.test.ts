import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { memoryStore } from './memoryStore.js'
import { restoreLatest } from './restoreLatest.js'
import { restoreLatestTask } from './restoreLatestTask.js'
import { save, saveSwapped } from './save.js'
import type { Store } from './Store.js'

const optimizer = withMovingAverage({ decay: 0.5 })(sgd({ learningRate: 0.1 }))
const start = (w: number) => {
  const params = { w: tf.scalar(w) }
  return { params, state: optimizer.init(params) }
}
/** A store with steps 1 to `count`, whose parameters are their steps; the clock counts writes. */
const filled = async (count: number, saving: typeof save = save) => {
  let time = 0
  const store = memoryStore({ now: () => ++time })
  for (let step = 1; step <= count; step++) {
    const now = start(step)
    await saving({ store, name: `step-${step}`, optimizer, ...now, record: { step } })
    disposeExcept(now, [])
  }
  return store
}
const spoilt: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  'cut short': (bytes) => bytes.slice(0, -1),
  'cut to a few bytes': (bytes) => bytes.slice(0, 5),
  'with another byte in its header': (bytes) => bytes.map((b, i) => (i === 9 ? b ^ 64 : b)),
  'that is text': () => new TextEncoder().encode('not found, 404, and more of it'),
}
const spoil = async (store: Store, name: string, how: (bytes: Uint8Array) => Uint8Array) =>
  store.write(name, how(await store.read(name)))

test('gives the newest, by the order of the list, and its name', async () => {
  const like = start(0)
  const before = tf.memory().numTensors
  const store = await filled(3)
  const latest = await restoreLatest({ store, optimizer, like })
  expect([latest.name, latest.record, latest.params.w.dataSync()[0]]).toEqual(['step-3', { step: 3 }, 3])
  expect([latest.passedOver, latest.warnings]).toEqual([[], []])
  await store.write('step-1', await store.read('step-1'))
  const again = await restoreLatest({ store, optimizer, like })
  expect([again.name, again.params.w.dataSync()[0]]).toEqual(['step-1', 1])
  disposeExcept([latest, again], [])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(like, [])
})

test.each(Object.keys(spoilt))('a newest one %s is passed over and told', async (kind) => {
  const like = start(0)
  const before = tf.memory().numTensors
  const store = await filled(4)
  const how = spoilt[kind] ?? ((bytes) => bytes)
  await spoil(store, 'step-3', how)
  await spoil(store, 'step-4', how)
  const latest = await restoreLatest({ store, optimizer, like })
  expect([latest.name, latest.params.w.dataSync()[0]]).toEqual(['step-2', 2])
  expect(latest.passedOver.map(({ name, problems }) => [name, problems[0]._tag])).toEqual([
    ['step-4', 'Corrupt'],
    ['step-3', 'Corrupt'],
  ])
  expect(latest.warnings.map(({ path, message }) => [path, message.includes('an older one is restored')])).toEqual([
    ['step-4', true],
    ['step-3', true],
  ])
  expect((await store.list()).length).toBe(4)
  disposeExcept(latest, [])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(like, [])
})

test('one that goes away after the store was listed is passed over', async () => {
  const like = start(0)
  const store = await filled(2)
  const list = async () => {
    const items = await store.list()
    await store.remove('step-2')
    return items
  }
  const latest = await restoreLatest({ store: { ...store, list }, optimizer, like })
  expect([latest.name, latest.passedOver.map(({ name }) => name)]).toEqual(['step-1', ['step-2']])
  disposeExcept([like, latest], [])
})

test('where none is whole it is refused, with each that is not; a prefix says which are looked at', async () => {
  const like = start(0)
  const before = tf.memory().numTensors
  const store = await filled(2)
  const missing = { _tag: 'Missing', found: 'none' }
  await expect(restoreLatest({ store: memoryStore(), optimizer, like })).rejects.toMatchObject({
    problems: [{ ...missing, path: '(latest)' }],
  })
  await expect(restoreLatest({ store, prefix: 'run-', optimizer, like })).rejects.toMatchObject({
    problems: [{ ...missing, path: 'run-…' }],
  })
  await store.write('latest.txt', Uint8Array.of(1, 2, 3))
  const latest = await restoreLatest({ store, prefix: 'step-', optimizer, like })
  expect([latest.name, latest.passedOver]).toEqual(['step-2', []])
  disposeExcept(latest, [])
  for (const { name } of await store.list()) await store.write(name, Uint8Array.of(1, 2, 3))
  const wanted = { problems: [{ _tag: 'Missing', found: '3 that are not' }, {}, {}, {}] }
  await expect(restoreLatest({ store, optimizer, like })).rejects.toMatchObject(wanted)
  expect(await restoreLatestTask({ store, optimizer, like })()).toMatchObject({ left: wanted.problems })
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(like, [])
})

test('a whole one of another optimizer or model, and a store that fails, are told: nobody goes back in silence', async () => {
  const like = start(0)
  const before = tf.memory().numTensors
  const store = await filled(2)
  const params = { v: tf.scalar(1), w: tf.scalar(1) }
  const others = { params, state: optimizer.init(params) }
  await expect(restoreLatest({ store, optimizer, like: others })).rejects.toMatchObject({
    problems: [{ _tag: 'Mismatch', path: 'step-2' }, { _tag: 'Missing', path: 'v' }, {}],
  })
  const plain = sgd({ learningRate: 0.1 })
  await expect(
    restoreLatest({ store, optimizer: plain, like: { params: like.params, state: plain.init(like.params) } }),
  ).rejects.toMatchObject({
    problems: [
      { _tag: 'Mismatch', path: 'step-2' },
      { _tag: 'Mismatch', path: 'sgd' },
      ...['count', 'w/ExponentialMovingAverage'].map((path) => ({ _tag: 'Unexpected', path })),
    ],
  })
  const read = async () => Promise.reject(new Error('the bus is off'))
  const off = restoreLatest({ store: { ...store, read }, optimizer, like })
  await expect(off).rejects.toMatchObject({ problems: [{ path: 'step-2' }, { _tag: 'Store', path: 'step-2' }] })
  disposeExcept(others, [])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(like, [])
})

test('of swapped files, swapped back', async () => {
  const like = start(0)
  const now = { ...start(5), state: { ...start(5).state, average: { w: tf.scalar(7) } } }
  const store = memoryStore()
  await saveSwapped({ store, name: 'a', optimizer, ...now })
  const numbers = async (swapped: boolean) => {
    const { params, state } = await restoreLatest({ store, optimizer, like, swapped })
    return [params.w.dataSync()[0], state.average.w.dataSync()[0]]
  }
  expect(await numbers(true)).toEqual([5, 7])
  expect(await numbers(false)).toEqual([7, 5])
  const found = await restoreLatestTask({ store, optimizer, like, swapped: true, average: 'Fast' })()
  expect(E.isLeft(found) && found.left.map(({ path }) => path)).toEqual(['a', 'Fast'])
})
