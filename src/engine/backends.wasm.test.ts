import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { step } from '../transformation/step.js'
import { chooseExecutor } from './chooseExecutor.js'

test('the wasm backend under another name is fused, to the same bits', async () => {
  const optimizer = adam({ learningRate: 0.1 })
  const stepped = (): readonly number[] =>
    tf.tidy(() => {
      const params = { w: tf.linspace(-1, 1, 2500) }
      const grads = { w: tf.sin(tf.linspace(0, 9, 2500)) }
      return [...step(optimizer)(grads, optimizer.init(params), params).params.w.dataSync()]
    })
  const expected = stepped()
  // another object, since choices are remembered by it
  const same = new Proxy(tf.backend(), {})
  tf.copyRegisteredKernels('wasm', 'mine')
  tf.registerBackend('mine', () => same)
  await tf.setBackend('mine')
  try {
    expect(tf.getBackend()).toBe('mine')
    expect(chooseExecutor()).toMatchObject({ name: 'wasm', why: expect.stringContaining('on the heap') })
    expect(stepped()).toEqual(expected)
  } finally {
    await tf.setBackend('wasm')
  }
})
