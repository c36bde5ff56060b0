import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { checkSecondDerivatives } from './checkSecondDerivatives.js'

const numbers = [0.5, -1, 0.25, 1.5]

const losses: readonly (readonly [name: string, lossFn: (w: tf.Tensor) => tf.Tensor, verdict: string])[] = [
  ['Σ w²', (w) => tf.sum(tf.square(w)), 'right'],
  ['Σ w⁴', (w) => tf.sum(tf.square(tf.square(w))), 'right'],
  ['Σ log(1 + w²)', (w) => tf.sum(tf.log(tf.add(tf.square(w), 1))), 'right'],
  ['Σ softplus(w)²', (w) => tf.sum(tf.square(tf.softplus(w))), 'right'],
  ['Σ tanh(w)²', (w) => tf.sum(tf.square(tf.tanh(w))), 'wrong'],
  ['Σ sigmoid(w)²', (w) => tf.sum(tf.square(tf.sigmoid(w))), 'wrong'],
  ['Σ softmax(w)²', (w) => tf.sum(tf.square(tf.softmax(w))), 'wrong'],
  ['Σ exp(w)', (w) => tf.sum(tf.exp(w)), 'throws'],
]

test.each(losses)('%s', (_, lossFn, verdict) => {
  const params = tf.tensor1d(numbers)
  const before = tf.memory().numTensors
  const found = checkSecondDerivatives(params, { lossFn })
  // a gradient that throws loses what tfjs had saved for it
  if (verdict !== 'throws') expect(tf.memory().numTensors).toBe(before)
  expect(found.verdict).toBe(verdict)
  if (verdict === 'throws') expect(found.message).toBeTruthy()
  else expect(found.error > 0.02).toBe(verdict === 'wrong')
  params.dispose()
})

test('refuses integers', () => {
  const params = tf.tensor1d([1, 2], 'int32')
  expect(() => checkSecondDerivatives(params, { lossFn: (w) => tf.sum(w) })).toThrow(/float32/)
  params.dispose()
})
