/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { sumOfRows } from '../tensors/sumOfRows.js'

/** The projection of each row of `[rows, along]` onto {y ≥ 0, Σ y = scale}.
 *
 *  ```text
 *  y = max(0, x − τ)        τ such that Σ y = scale
 *  ```
 *
 *  The largest is subtracted first, so that what decides lies in [−scale, 0] and keeps its digits. */
export const simplexOfRows = (x: tf.Tensor, scale = 1): tf.Tensor => {
  const [rows = 0, along = 0] = x.shape
  if (rows === 0 || along === 0 || scale === 0) return tf.zeros([rows, along])
  const below = tf.div(tf.sub(x, tf.max(x, 1, true)), scale)
  const sorted = tf.topk(below, along, true).values
  const place = tf.range(1, along + 1, 1, 'float32')
  const inside = tf.greater(tf.add(1, tf.sub(tf.mul(place, sorted), tf.cumsum(sorted, 1))), 0)
  const count = sumOfRows(tf.cast(inside, 'float32'))
  const total = sumOfRows(tf.where(inside, sorted, tf.zerosLike(sorted)))
  const unit = tf.maximum(tf.add(below, tf.div(tf.sub(1, total), tf.maximum(count, 1))), 0)
  return tf.mul(scale, unit)
}

/** Its derivative where it is smooth, of a projection `y`: the mean over what is positive is taken from it, and the rest
 *  stands still. */
export const alongSimplex = (y: tf.Tensor, tangent: tf.Tensor): tf.Tensor => {
  const support = tf.cast(tf.notEqual(y, 0), 'float32')
  const moved = tf.mul(support, tangent)
  return tf.sub(moved, tf.mul(support, tf.div(sumOfRows(moved), tf.maximum(sumOfRows(support), 1))))
}
