import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from './backend.js'

test('runs on the backend of its project', () => {
  expect(tf.getBackend()).toBe(backendName)
})

test('gradients are registered', () => {
  const before = tf.memory().numTensors
  const values = tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3])
    return tf
      .grad((y: tf.Tensor) => tf.sum(tf.square(y)))(x)
      .dataSync()
  })
  expect([...values]).toEqual([2, 4, 6])
  expect(tf.memory().numTensors).toBe(before)
})

test('float32 is kept', () => {
  // 2^24 + 2 and 1 + 2^-23 survive float32 and no smaller format
  const values = tf.tidy(() => tf.add(tf.tensor1d([2 ** 24, 1]), tf.tensor1d([2, 2 ** -23])).dataSync())
  expect([...values]).toEqual([2 ** 24 + 2, 1 + 2 ** -23])
})
