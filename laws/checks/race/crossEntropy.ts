import * as tf from '@tensorflow/tfjs-core'

/** The mean of −log p(right class), in nats. */
export const crossEntropy = (scores: tf.Tensor, right: tf.Tensor): tf.Tensor =>
  tf.mean(tf.sub(tf.logSumExp(scores, 1), tf.sum(tf.mul(scores, right), 1)))
