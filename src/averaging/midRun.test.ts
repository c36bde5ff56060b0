import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { adam } from '../optimizers/adam.js'
import { grown } from '../transformation/grown.js'
import { sgd } from '../optimizers/sgd.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import { debiased } from './schemes/debiased.js'
import { scheduleFree } from './scheduleFree.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { uniform } from './schemes/uniform.js'
import { withAverage } from './withAverage.js'
import { withFeedback } from './withFeedback.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withSwag } from './withSwag.js'
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

test('another beat: the count goes on, and steps are counted from the new start', () => {
  const params = start()
  const each = lift(0.5)
  const late = withAverage(exponential({ decay: 0.5 }), { start: 3, every: 2 })(identity())
  const once = step(each)(grads(8), each.init(params), params)
  let now = { params: once.params, state: grown(late)(once.state, once.params) }
  const seen: number[] = []
  for (let i = 0; i < 4; i++) {
    now = step(late)(grads(8), now.state, now.params)
    seen.push(read(now.state.average))
  }
  // copies until step 3, rests at step 4, and moves by the decay of two steps at step 5
  expect(seen).toEqual([16, 24, 24, 36])
})

test('another clock: it begins at 0, so that one update spans all of the total; with the total so far it goes on', () => {
  const params = start()
  const steps = withAverage(halfLife({ halfLife: 1 }))(identity())
  const samples = withAverage(halfLife({ halfLife: 32, unit: 'samples' }))(identity())
  const once = step(steps)(grads(8), steps.init(params), params)
  const begun = grown(samples)(once.state, once.params)
  expect([begun.clock, begun.origin, read(begun.average)]).toEqual([0, 0, 4])
  const told = { samples: 96 }
  expect(read(step(samples)(grads(0), begun, once.params, told).state.average)).toBe(7.5) // 96 samples: ⅞ of the way
  const goesOn = { ...begun, clock: 64 }
  expect(read(step(samples)(grads(0), goesOn, once.params, told).state.average)).toBe(6) // 32 samples: half
})

test('another precision: what was rounded away is not known, and begins at 0; back again it is dropped', () => {
  const params = start()
  const plain = lift(0.5)
  const exact = withAverage(exponential({ decay: 0.5 }), { precision: 'compensated' })(identity())
  const once = step(plain)(grads(8), plain.init(params), params)
  const refined = grown(exact)(once.state, once.params)
  expect([read(refined.average), read(refined.residual), refined.count]).toEqual([4, 0, 1])
  expect(Object.keys(grown(plain)(refined, once.params)).toSorted()).toEqual(['average', 'count', 'inner'])
})

test('the inner one of two averages dropped, or another put inside: the outer one goes on', () => {
  const params = start()
  const outer = { name: 'Outer' }
  const one = withAverage(exponential({ decay: 0.5 }), outer)(sgd({ learningRate: 1 }))
  const two = withAverage(
    exponential({ decay: 0.5 }),
    outer,
  )(withAverage(uniform(), { name: 'Within' })(sgd({ learningRate: 1 })))
  const once = step(two)(grads(-8), two.init(params), params)
  const dropped = grown(one)({ ...once.state, inner: once.state.inner.inner }, once.params)
  expect([dropped.average, dropped.count, dropped.inner[1]]).toEqual([once.state.average, 1, { count: 1 }])
  const added = grown(two)({ ...dropped, inner: { inner: dropped.inner } }, once.params)
  expect([read(added.average), read(added.inner.average), added.count, added.inner.count]).toEqual([4, 8, 1, 0])
})

test('another rank of SWAG: mean, spread and what was counted go on, deviations that are new are 0', () => {
  const params = start()
  const narrow = withSwag({ rank: 1 })(identity())
  const wide = withSwag({ rank: 2 })(identity())
  let now = { params, state: narrow.init(params) }
  for (let i = 0; i < 2; i++) now = step(narrow)(grads(4), now.state, now.params)
  const more = grown(wide)(now.state, now.params)
  expect([read(more.average), read(more.spread), more.taken]).toEqual([6, 4, 2])
  expect([more['deviation0'], more['deviation1']].map((deviation) => deviation?.w.dataSync()[0])).toEqual([2, 0])
})

test('another period or share of feedback: the average goes on; counts of the new period are those since the start', () => {
  const params = start()
  const fed = (period: number) => withFeedback(exponential({ decay: 0.5 }), { period })(identity())
  const [seldom, often] = [fed(5), fed(2)]
  const once = step(seldom)(grads(8), seldom.init(params), params)
  const next = step(often)(grads(0), grown(often)(once.state, once.params), once.params)
  // step 2: drawn to (4 + 8)/2
  expect([read(next.params), read(next.state.average)]).toEqual([6, 6])
})

test('another β of schedule-free has no effect on a state: the parameters stand where the old one put them', () => {
  const params = start()
  const free = (b1: number) => scheduleFree({ learningRate: 1, b1 })(sgd({ learningRate: 1 }))
  const once = step(free(0.5))(grads(-8), free(0.5).init(params), params)
  const other = grown(free(0.75))(once.state, once.params)
  expect(other.b1).toBe(0.5)
  const [kept, changed] = [
    step(free(0.5))(grads(4), once.state, once.params),
    step(free(0.75))(grads(4), other, once.params),
  ]
  expect(read(changed.params)).toBe(read(kept.params))
})
