import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adam } from '../optimizers/adam.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { grown } from './grown.js'
import { step } from './step.js'

const rate = { learningRate: 0.1 }

test('a wider mask: what was there is kept, what is new begins, numbers stay', () => {
  const before = tf.memory().numTensors
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const grads = { w: tf.tensor1d([1, -1]), b: tf.scalar(2) }
  const [narrow, wide] = [
    masked({ mask: { w: true, b: false }, otherwise: 'zero' })(adam(rate)),
    masked({ mask: { w: true, b: true }, otherwise: 'zero' })(adam(rate)),
  ]
  const initial = narrow.init(params)
  const now = step(narrow)(grads, initial, params)
  expect(() => step(wide)(grads, now.state as never, now.params)).toThrow(/state\.0\./)
  const next = grown(wide)(now.state, now.params)
  expect(next[0].mu.w).toBe(now.state[0].mu.w)
  expect(next[0].count).toBe(1)
  expect([...(next[0].mu.b as tf.Tensor).dataSync()]).toEqual([0])
  const after = step(wide)(grads, next, now.params)
  expect(tensorsOf(grown(wide)(after.state, after.params))).toEqual(tensorsOf(after.state))
  disposeExcept([params, grads, initial, now, next, after], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a leaf more, a leaf of another shape, a leaf less', () => {
  const optimizer = multiSteps({ everyKSchedule: 2 })(withMovingAverage({ decay: 0.5 })(adam(rate)))
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3), old: tf.scalar(4) }
  const now = step(optimizer)(params, optimizer.init(params), params)
  const other = { w: now.params.w, b: tf.tensor1d([5, 6, 7]), head: tf.scalar(8) }
  const next = grown(optimizer)(now.state, other)
  expect(next.acc.w).toBe(now.state.acc.w)
  expect(next.given).toEqual({ w: 1, b: 1, head: 0 })
  expect(next.miniStep).toBe(1)
  expect(next.inner.average.b.shape).toEqual([3])
  expect([...next.inner.average.head.dataSync()]).toEqual([8])
  expect(Object.keys(next.acc)).toEqual(['w', 'b', 'head'])
  expect(step(optimizer)(other, next, other).state.gradientStep).toBe(1)
})
