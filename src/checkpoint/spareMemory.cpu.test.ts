import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CpuBackend } from '../engine/cpu/CpuBackend.js'
import { adam } from '../optimizers/adam.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { fileStore } from './fileStore.js'
import { memoryStore } from './memoryStore.js'
import { restore } from './restore.js'
import { save } from './save.js'
import type { Store } from './Store.js'

let home = ''
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'polyak-spare-'))))
afterAll(() => rm(home, { recursive: true, force: true }))

const optimizer = adam({ learningRate: 0.1 })
const size = 70_000
const start = () => {
  const params = { a: tf.range(0, size), b: tf.range(0, 10) }
  const grads = { a: tf.ones([size]), b: tf.ones([10]) }
  const first = { params, state: optimizer.init(params) }
  // the first step that donates makes its own memory
  return { grads, now: step(optimizer, { donate: true })(grads, first.state, first.params) }
}
type Running = ReturnType<typeof start>['now']
// this project's backend
const { data } = tf.engine().backend as unknown as CpuBackend
// small arrays are made anew
const arraysOf = (now: Running) =>
  tensorsOf([now.params, now.state]).flatMap(({ size: all, dataId }) => (all === size ? [data.get(dataId).values] : []))
const next = (grads: ReturnType<typeof start>['grads'], now: Running) =>
  step(optimizer, { donate: true })(grads, now.state, now.params)

/** A save during which a step is done; and whether the step after the next save writes where the first one's tensors were. */
const twice = async (store: Store, during: (now: Running) => unknown = () => null) => {
  const { grads, now: first } = start()
  const old = new Set(arraysOf(first))
  const one = save({ store, name: 'a', optimizer, ...first })
  during(first)
  const second = next(grads, first)
  expect(arraysOf(second).filter((array) => old.has(array))).toEqual([])
  await one
  const { numTensors } = tf.memory()
  const wanted = second.params.a.dataSync().slice()
  const other = save({ store, name: 'b', optimizer, ...second })
  const third = next(grads, second)
  const again = arraysOf(third).filter((array) => old.has(array)).length
  const third0 = third.params.a.dataSync()[0] ?? Number.NaN
  await other
  expect(tf.memory().numTensors).toBe(numTensors)
  const back = await restore({ store, name: 'b', optimizer, like: third })
  // a matcher takes seconds
  expect(back.params.a.dataSync().every((x, i) => x === wanted[i])).toBe(true)
  expect(third0).toBeLessThan(wanted[0] ?? Number.NaN)
  disposeExcept([grads, third, back], [])
  return { again, all: old.size }
}

test('what a save held is memory for the steps beside the next one', async () => {
  const { again, all } = await twice(fileStore({ folder: home }))
  expect([again, all]).toEqual([3, 3])
})

test('what somebody has read, or still holds, stays as it was', async () => {
  const held: (() => tf.TypedArray)[] = []
  const clones: tf.Tensor[] = []
  let before: readonly number[] = []
  const sums = () => held.map((values) => [...values()].reduce((sum, x, i) => sum + x * (i % 7), 0))
  const { again } = await twice(fileStore({ folder: home }), ({ params, state }) => {
    const read = params.a.dataSync()
    const clone = tf.clone(state[0].mu.a)
    clones.push(clone)
    held.push(
      () => read,
      () => clone.dataSync(),
    )
    before = sums()
  })
  expect(again).toBe(1)
  expect(sums()).toEqual(before)
  tf.dispose(clones)
})

test('a store that somebody else has written was handed the arrays: they are left alone', async () => {
  const store = memoryStore()
  const foreign: Store = {
    ...store,
    writePieces: async (name, { length, pieces }) => {
      const all = new Uint8Array(length)
      let at = 0
      for await (const piece of pieces()) {
        all.set(piece, at)
        at += piece.length
      }
      await store.write(name, all)
    },
  }
  const { again } = await twice(foreign)
  expect(again).toBe(0)
})
