import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { adam } from '../optimizers/adam.js'
import { grown } from '../transformation/grown.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { uniform } from './schemes/uniform.js'
import { withAverage } from './withAverage.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withWindowAverage } from './withWindowAverage.js'

const grads = (x: number) => ({ w: tf.tensor1d([x]) })
const read = (tree: { readonly w: tf.Tensor1D }): number => tree.w.dataSync()[0] ?? Number.NaN
const start = () => ({ w: tf.tensor1d([0]) })

test('another decay: the average stays, what it has seen is forgotten at the new rate; counts go on', () => {
  const [fast, slow] = [0.5, 0.75].map((decay) => withAverage(exponential({ decay }))(identity())) as [
    ReturnType<typeof lift>,
    ReturnType<typeof lift>,
  ]
  const params = start()
  const once = step(fast)(grads(8), fast.init(params), params)
  const twice = step(slow)(grads(0), grown(slow)(once.state, once.params), once.params)
  expect([read(once.state.average), read(twice.state.average), twice.state.count]).toEqual([4, 5, 2])
})
const lift = (decay: number) => withAverage(exponential({ decay }))(identity())

test('another scheme: its own numbers begin; a mean goes on as the mean of as many as were counted', () => {
  const params = start()
  const plain = lift(0.5)
  const once = step(plain)(grads(8), plain.init(params), params)
  const mean = withAverage(uniform())(identity())
  const counted = grown(mean)(once.state, once.params)
  expect(read(counted.average)).toBe(4)
  expect(read(step(mean)(grads(0), counted, once.params).state.average)).toBe(6) // (4 + 8)/2: two were counted
  // debiased has lost nothing yet that it could correct for: it copies at its next update
  const corrected = withAverage(debiased({ decay: 0.9 }))(identity())
  const begun = grown(corrected)(once.state, once.params)
  expect([begun.total, begun.count]).toEqual([1, 1])
  expect(read(step(corrected)(grads(0), begun, once.params).state.average)).toBe(8)
  // and the products of withMovingAverage's debias do the same
  const old = withMovingAverage({ decay: 0.5, debias: true })(identity())
  const debias = grown(old)(once.state, once.params)
  expect(read(step(old)(grads(0), debias, once.params).state.average)).toBe(8)
})

test('an average added begins with the parameters of the day, one dropped leaves the rest as it was', () => {
  const before = tf.memory().numTensors
  const bare = adam({ learningRate: 0.1 })
  const both = F.pipe(bare, withAverage(exponential({ decay: 0.5 }), { name: 'Late' }))
  const params = start()
  const gradient = grads(1)
  const once = step(bare)(gradient, bare.init(params), params)
  const added = grown(both)({ inner: once.state }, once.params)
  expect([read(added.average), added.count]).toEqual([read(once.params), 0])
  expect(added.inner[0].mu.w).toBe(once.state[0].mu.w)
  const twice = step(both)(gradient, added, once.params)
  expect(read(twice.state.average)).toBeCloseTo((read(once.params) + read(twice.params)) / 2, 6)
  const alone = step(bare)(gradient, once.state, once.params)
  const dropped = step(bare)(gradient, twice.state.inner, twice.params)
  const unbroken = step(bare)(gradient, alone.state, alone.params)
  expect(read(dropped.params)).toBe(read(unbroken.params))
  expect(tf.memory().numTensors).toBeGreaterThan(before)
})

test('another name: the state fits as it is; a file is read by the old name and written by the new one', async () => {
  const [old, renamed] = ['Old', 'New'].map((name) =>
    withAverage(exponential({ decay: 0.5 }), { name })(identity()),
  ) as [ReturnType<typeof lift>, ReturnType<typeof lift>]
  const store = memoryStore()
  const params = start()
  const once = step(old)(grads(8), old.init(params), params)
  await save({ store, name: 'run', optimizer: old, ...once })
  await expect(restore({ store, name: 'run', optimizer: renamed, like: once })).rejects.toThrow(/w\/New[\s\S]*w\/Old/)
  const found = await restore({ store, name: 'run', optimizer: old, like: once })
  const next = step(renamed)(grads(0), found.state, found.params)
  await save({ store, name: 'run', optimizer: renamed, ...next })
  expect(read((await restore({ store, name: 'run', optimizer: renamed, like: next })).state.average)).toBe(6)
})

test('another window begins anew: its average is the parameters of the day until a snapshot is taken', () => {
  const params = start()
  const [short, long] = [2, 4].map((window) => withWindowAverage({ window, every: 2 })(identity())) as [
    ReturnType<typeof windowed>,
    ReturnType<typeof windowed>,
  ]
  let now = { params, state: short.init(params) }
  for (let i = 0; i < 4; i++) now = step(short)(grads(1), now.state, now.params)
  expect(read(now.state.average)).toBe(3)
  const anew = grown(long)({ inner: now.state.inner }, now.params)
  expect([anew.count, read(anew.average)]).toEqual([0, 4])
  const once = step(long)(grads(1), anew, now.params)
  expect(read(step(long)(grads(1), once.state, once.params).state.average)).toBe(6)
})
const windowed = (window: number) => withWindowAverage({ window })(identity())
