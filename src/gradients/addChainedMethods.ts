/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** Gives tensors the methods that tfjs' own gradients (`prod`, `gather` with batches), the orthogonal initializer of its
 *  layers (LSTM, GRU) and its metric R² call, where they are absent: `@tensorflow/tfjs` brings all methods, tfjs-core
 *  and tfjs-layers none. */
export const addChainedMethods = (prototype: object): void => {
  for (const [name, method] of Object.entries(methods))
    if (!(name in prototype))
      Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true })
}

type X = tf.Tensor
type Axes = number | number[]

const methods = {
  div(this: X, other: X): X {
    return tf.div(this, other)
  },
  flatten(this: X): X {
    return tf.reshape(this, [this.size])
  },
  mean(this: X, axis?: Axes, keepDims?: boolean): X {
    return tf.mean(this, axis, keepDims)
  },
  reshape(this: X, shape: number[]): X {
    return tf.reshape(this, shape)
  },
  sign(this: X): X {
    return tf.sign(this)
  },
  square(this: X): X {
    return tf.square(this)
  },
  stridedSlice(this: X, begin: number[], end: number[], strides?: number[], ...masks: number[]): X {
    return tf.stridedSlice(this, begin, end, strides, ...masks)
  },
  sub(this: X, other: X): X {
    return tf.sub(this, other)
  },
  sum(this: X, axis?: Axes, keepDims?: boolean): X {
    return tf.sum(this, axis, keepDims)
  },
  transpose(this: X, perm?: number[]): X {
    return tf.transpose(this, perm)
  },
}
