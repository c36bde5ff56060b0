import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { rmsprop } from '../optimizers/rmsprop.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { scaleByStddev } from './scaleByStddev.js'

const gradient = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i + 1) * 2 ** ((i % 7) - 3))

// Gradients that do not change have a variance of 0, which rounding takes below it.
test.each([
  ['plain', { decay: 0.9 }],
  ['corrected', { decay: 0.9, biasCorrection: true }],
  ['ε behind the root', { decay: 0.9, epsInSqrt: false }],
])('a steady gradient is divided by ε at least, and gives numbers: %s', (_, options) => {
  const eps = 1e-8
  const tx = scaleByStddev({ ...options, eps })
  const grads = { w: tf.tensor1d(gradient) }
  const floor = 'epsInSqrt' in options ? eps : Math.sqrt(eps)
  let state = tx.init(grads)
  for (let t = 0; t < 300; t++) {
    const [updates, next] = tx.update(grads, state, grads)
    const found = updates.w?.dataSync() ?? []
    gradient.forEach((x, i) =>
      expect(Math.abs(found[i] ?? Number.NaN)).toBeLessThanOrEqual((Math.abs(x) / floor) * 1.001),
    )
    disposeExcept([updates, state], next)
    state = next
  }
  disposeExcept([grads, state], null)
})

test('centered rmsprop goes on where the gradient is steady', () => {
  const tx = rmsprop({ learningRate: 1e-6, centered: true })
  const g = tf.tensor1d(gradient)
  let now = { params: tf.zerosLike(g), state: tx.init(g) }
  for (let t = 0; t < 300; t++) {
    const next = step(tx)(g, now.state, now.params)
    disposeExcept(now, next)
    now = next
  }
  now.params.dataSync().forEach((x, i) => expect(Math.sign(x)).toBe(-Math.sign(gradient[i] ?? 0)))
  disposeExcept([g, now], null)
})
