import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { sgd } from '../../optimizers/sgd.js'
import { step } from '../../transformation/step.js'

// The backend packs the second operand of a product once for each tensor: memory that changes under the same tensor id
// would be multiplied as it was before the step.
test('a model computes with the parameters that a donated step has written', () => {
  const alive = tf.memory()
  const optimizer = sgd({ learningRate: 1 })
  const x = tf.ones([2, 3])
  const grads = { w: tf.ones([3, 2]) }
  const params = { w: tf.fill([3, 2], 5) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 1; i <= 3; i++) {
    tf.dispose(tf.matMul(x, now.params.w))
    const old = now.params.w
    now = step(optimizer, { donate: true })(grads, now.state, now.params)
    expect(old.isDisposed).toBe(true)
    const product = tf.matMul(x, now.params.w)
    expect([...product.dataSync()]).toEqual(new Array(4).fill(3 * (5 - i)))
    product.dispose()
  }
  tf.dispose([x, grads.w, now.params.w])
  expect(tf.memory().numTensors).toBe(alive.numTensors)
  expect(tf.memory().numBytes).toBe(alive.numBytes)
  expect(tf.memory().numDataBuffers).toBe(alive.numDataBuffers)
})
