import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { tensorsOf } from '../tree/tensorsOf.js'
import { scaleBySophia } from './scaleBySophia.js'

test('integers and conditions among the parameters rest, whatever curvature is handed in for them', () => {
  const before = tf.memory().numTensors
  const optimizer = scaleBySophia({ updateInterval: 1 })
  const params = { w: tf.tensor1d([1, 2]), steps: tf.scalar(16_777_217, 'int32'), on: tf.scalar(true, 'bool') }
  const grads = { w: tf.tensor1d([0.5, -0.5]), steps: null, on: null }
  const curvature = (): object => ({ w: tf.tensor1d([2, 3]), steps: tf.scalar(7, 'int32'), on: null })
  const first = optimizer.init(params)
  const [firstUpdates, second] = optimizer.update(grads, first, params, { curvature })
  const [updates, third] = optimizer.update(grads, second, params, { curvature })
  expect([...third.nu.w.dataSync()].map((x) => Number(x.toFixed(4)))).toEqual([0.0398, 0.0597])
  expect([third.nu.steps.dtype, third.nu.on.dtype]).toEqual(['int32', 'bool'])
  expect([updates.steps, updates.on]).toEqual([null, null])
  const all = [params, grads, first, firstUpdates, second, updates, third].flatMap((tree) => tensorsOf(tree))
  for (const tensor of new Set(all)) tensor.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
