/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** The projection of each row of `[rows, along]` onto {y ≥ 0, Σ y = 1}.
 *
 *    y = max(0, x − τ)        τ such that Σ y = 1
 *
 *  The largest is subtracted first, so that what decides lies in [−1, 0] and keeps its digits. */
export const simplexOfRows = (x: tf.Tensor): tf.Tensor => {
  const [rows = 0, along = 0] = x.shape
  if (rows === 0 || along === 0) return tf.zeros([rows, along])
  const below = tf.sub(x, tf.max(x, 1, true))
  const sorted = tf.topk(below, along, true).values
  const sums = tf.cumsum(sorted, 1)
  const place = tf.range(1, along + 1, 1, 'float32')
  const inside = tf.greater(tf.add(1, tf.sub(tf.mul(place, sorted), sums)), 0)
  const count = tf.sum(tf.cast(inside, 'float32'), 1, true)
  const total = tf.sum(tf.where(inside, sorted, tf.zerosLike(sorted)), 1, true)
  return tf.maximum(tf.add(below, tf.div(tf.sub(1, total), tf.maximum(count, 1))), 0)
}
