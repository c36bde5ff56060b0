import * as tf from '@tensorflow/tfjs-core'

// What the examples in doc comments speak of without saying where it came from.

/** Parameters of one dense layer. */
export const params = {
  dense: {
    kernel: tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    bias: tf.tensor1d([0, 1]),
  },
}

/** Gradients of {@link params}. */
export const gradients = {
  dense: {
    kernel: tf.tensor2d([
      [0.1, -0.2],
      [0.3, -0.4],
      [0.5, -0.6],
    ]),
    bias: tf.tensor1d([1, -1]),
  },
}

/** A loss of {@link params}. */
export const loss = ({ dense }: typeof params): tf.Scalar =>
  tf.add(tf.sum(tf.square(dense.kernel)), tf.sum(tf.square(dense.bias)))
