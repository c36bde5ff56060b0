import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { applyIfFinite } from './applyIfFinite.js'
import { hide } from './transformations.js'

/** How often pixels come back from the device while something runs. */
const readings = (f: () => void): number => {
  // the WebGL backend, in this project
  const { gpgpu } = tf.backend() as unknown as { readonly gpgpu: { readonly gl: WebGL2RenderingContext } }
  const { gl } = gpgpu
  const original = gl.readPixels
  let count = 0
  Object.defineProperty(gl, 'readPixels', {
    configurable: true,
    value: (...given: Parameters<typeof original>) => {
      count++
      original.apply(gl, given)
    },
  })
  try {
    f()
  } finally {
    Object.defineProperty(gl, 'readPixels', { configurable: true, value: original })
  }
  return count
}

const stepping = (tx: Transformation<Opaque>) => {
  const params = { w: tf.tensor1d([1, 2, 3]), b: tf.scalar(0.5) }
  const [good, bad] = [
    { w: tf.tensor1d([1, 1, 1]), b: tf.scalar(1) },
    { w: tf.tensor1d([1, Number.NaN, 1]), b: tf.scalar(1) },
  ]
  let now = { params, state: tx.init(params) }
  const count = readings(() => {
    for (const grads of [good, bad, good, good]) {
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept(now, [next, params])
      now = next
    }
  })
  const result = [...now.params.w.dataSync()]
  disposeExcept([now, params, good, bad], [])
  return { count, result }
}

test('one number is read back per step; with decide: device none', () => {
  const host = stepping(hide(applyIfFinite({ maxConsecutiveErrors: 5 })(adam({ learningRate: 0.1 }))))
  const device = stepping(
    hide(applyIfFinite({ maxConsecutiveErrors: 5, decide: 'device' })(adam({ learningRate: 0.1 }))),
  )
  expect(host.count).toBe(4)
  expect(device.count).toBe(0)
  expect(host.result[0]).toBeCloseTo(0.7, 3)
  expect(device.result[0]).toBeLessThan(0.8)
})
