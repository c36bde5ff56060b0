import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { step } from '../transformation/step.js'
import { adaptiveGradClip } from './adaptiveGradClip.js'
import { unitwiseNorm } from './unitwiseNorm.js'

test('an axis that a leaf lacks is refused with its shape, the same on every backend, and nothing is left', () => {
  const p = { w: tf.scalar(2), m: tf.ones([2, 3]) }
  const before = tf.memory().numTensors
  for (const [axis, missing, shape] of [
    [0, 0, ''],
    [2, 2, '2, 3'],
    [[0, -3], -3, '2, 3'],
  ] as const) {
    const message = `unitwise norms: there is no axis ${missing} in a tensor of shape [${shape}]. Pass axes that every leaf has`
    const leaf = shape === '' ? p.w : p.m
    expect(() => unitwiseNorm(leaf, { axis: [axis].flat() })).toThrow(message)
    const tx = adaptiveGradClip({ clipping: 0.1, axis: [axis].flat() })
    expect(() => step(tx)([leaf], tx.init([leaf]), [leaf])).toThrow(message)
  }
  expect(tf.memory().numTensors).toBe(before)
})

test('a negative axis counts from the last', () => {
  const x = tf.tensor2d([
    [3, 0],
    [4, 0],
  ])
  expect([...unitwiseNorm(x, { axis: -2 }).dataSync()]).toEqual([...unitwiseNorm(x, { axis: 0 }).dataSync()])
})
