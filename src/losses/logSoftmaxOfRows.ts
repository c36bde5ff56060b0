/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { maxOfRows, sumOfRows } from '../tensors/sumOfRows.js'

/** The logarithms of the softmax of each row, and the softmax. What a mask leaves out has no share. */
export interface LogSoftmax {
  readonly logs: tf.Tensor
  readonly shares: tf.Tensor
  /** The logarithm that other scores of the same rows would have. */
  readonly logOf: (scores: tf.Tensor) => tf.Tensor
}

/** log softmax along rows. Scores of +∞ share all of a row; a row in which all is −∞ or left out is shared equally. */
export const logSoftmaxOfRows = (scores: tf.Tensor, mask?: tf.Tensor): LogSoftmax => {
  const within = mask === undefined ? scores : tf.where(mask, scores, tf.fill(scores.shape, Number.NEGATIVE_INFINITY))
  const most = maxOfRows(within)
  // WebGL begins a maximum at −1e20: a row below that is one of −∞, everywhere.
  const top = tf.where(tf.less(most, -9e19), tf.fill(most.shape, Number.NEGATIVE_INFINITY), most)
  const below = (x: tf.Tensor): tf.Tensor => tf.where(tf.equal(x, top), tf.zerosLike(x), tf.minimum(tf.sub(x, top), 0))
  const total = tf.log(sumOfRows(tf.exp(below(within))))
  const logs = tf.sub(below(within), total)
  // Scores that a mask leaves out may lie above the largest within.
  const away = (x: tf.Tensor): tf.Tensor => tf.where(tf.less(most, -9e19), below(x), tf.sub(x, top))
  const logOf = (x: tf.Tensor): tf.Tensor => tf.sub(tf.where(tf.equal(x, top), tf.zerosLike(x), away(x)), total)
  return { logs, shares: tf.exp(logs), logOf }
}
