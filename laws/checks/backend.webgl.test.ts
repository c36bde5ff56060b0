import * as tf from '@tensorflow/tfjs-core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { expect, test } from 'vitest'

test('small tensors are computed by shaders, compiled by WebGL 2', () => {
  // `binaryCache`, the compiled programs, is private in tfjs' types; the webgl project guarantees the backend's class
  const compiled = (): number =>
    Object.keys((tf.backend() as unknown as { readonly binaryCache: Readonly<Record<string, unknown>> }).binaryCache)
      .length
  const values = tf.tidy(() => tf.add(tf.atan2(tf.tensor1d([0, 1]), tf.tensor1d([1, 1])), 1).dataSync())
  expect(values[0]).toBeCloseTo(1, 5)
  expect(values[1]).toBeCloseTo(1 + Math.PI / 4, 5)
  expect(compiled()).toBeGreaterThan(0)
  // the same assertion must be able to fail: with the host in charge no program is added
  const count = compiled()
  tf.env().set('WEBGL_CPU_FORWARD', true)
  try {
    tf.tidy(() => tf.maximum(tf.tensor1d([0, 1, 2]), tf.tensor1d([1, 1, 1])).dataSync())
    expect(compiled()).toBe(count)
  } finally {
    tf.env().set('WEBGL_CPU_FORWARD', false)
  }
})

test('the page draws with float32 WebGL 2', () => {
  // the webgl project guarantees the backend's class
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu
  expect(gl).toBeInstanceOf(WebGL2RenderingContext)
  expect(gl.isContextLost()).toBe(false)
  expect(gl.getExtension('EXT_color_buffer_float')).not.toBeNull()
})
