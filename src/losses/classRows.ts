/** @internal */
import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'

/** Where the class of each row stands, `[rows, classes]` of conditions; nowhere for a class that is not there. */
export const classRows = (classes: tf.Tensor, count: number): tf.Tensor =>
  tf.equal(tf.reshape(classes, [classes.size, 1]), tf.reshape(tf.range(0, count, 1, 'int32'), [1, count]))

/** NaN where a row has no class, 0 where it has one, `[rows, 1]`. */
export const lostRows = (hot: tf.Tensor): tf.Tensor => {
  const found = hot.size === 0 ? tf.zeros([axisLength(hot, 0), 1]) : tf.max(tf.cast(hot, 'float32'), 1, true)
  return tf.where(tf.greater(found, 0), tf.zerosLike(found), tf.fill(found.shape, Number.NaN))
}
