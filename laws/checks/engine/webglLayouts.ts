import * as tf from '@tensorflow/tfjs-core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { expect } from 'vitest'

// the webgl project guarantees the backend's class
const backend = (): MathBackendWebGL => tf.backend() as MathBackendWebGL

/** The layout in which a tensor's padding is not zero. */
export const padded = 'packed with something in the padding'

/** A tensor in one of the ways in which tfjs keeps tensors; the first assertion of each says that it is so. */
export const layouts: Readonly<Record<string, (values: Float32Array, shape: readonly number[]) => tf.Tensor>> = {
  'on the host': (values, shape) => tf.tensor(values, [...shape]),
  packed: (values, shape) => {
    const t = tf.tidy(() => tf.mul(tf.tensor(values, [...shape]), 1))
    if (t.size > 0) expect(backend().texData.get(t.dataId).isPacked).toBe(true)
    return t
  },
  [padded]: (values, shape) => {
    const t = tf.tidy(() => tf.exp(tf.tensor(values, [...shape]))) // tfjs computes e⁰ = 1 there
    if (t.size > 0) expect(backend().texData.get(t.dataId).isPacked).toBe(true)
    return t
  },
  unpacked: (values, shape) => {
    const t = tf.tensor(values, [...shape])
    if (t.size === 0) return t
    const u = tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(t))
    expect(backend().texData.get(u.dataId).isPacked).not.toBe(true)
    t.dispose()
    return u
  },
  sliced: (values, shape) => {
    if (values.length === 0) return tf.tensor(values, [...shape])
    return tf.tidy(() => {
      const long = tf.tensor1d(Float32Array.from([1, 2, 3, ...values, 4, 5]))
      const u = tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(long))
      const t = tf.slice(u, 3, values.length)
      expect(backend().texData.get(t.dataId).slice?.flatOffset).toBe(3)
      return tf.reshape(t, [...shape])
    })
  },
  'packed for another shape': (values, shape) =>
    tf.tidy(() => {
      const t = tf.tensor1d(values)
      const u = tf.reshape(t, [...shape])
      if (t.size > 0) {
        tf.add(t, 1)
        expect(backend().texData.get(u.dataId)).toMatchObject({ isPacked: true, shape: [t.size] })
      }
      return u
    }),
  'in a column': (values, shape) => {
    const t = tf.tidy(() => {
      const column = tf.tensor2d(values, [values.length, 1])
      return values.length === 0 || values.length > 8000
        ? tf.reshape(column, [...shape])
        : tf.reshape(tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(column)), [...shape])
    })
    if (t.size > 1 && t.size <= 8000) expect(backend().texData.get(t.dataId).texShape).toEqual([t.size, 1])
    return t
  },
}

/** The numbers of a tensor that stays where it is: tfjs moves what it reads itself to the host. */
export const numbersIn = (t: tf.Tensor): Float32Array => tf.tidy(() => tf.mul(t, 1).dataSync<'float32'>())
