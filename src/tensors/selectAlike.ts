/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** tf.where of operands that are of one shape, or one number: on WebGL it knows no more than four axes. */
export const selectAlike = (condition: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const all = [condition, a, b] as const
  const { rank, shape } = all.reduce((widest, one) => (one.rank > widest.rank ? one : widest))
  if (rank <= 4) return tf.where(condition, a, b)
  const flat = (one: tf.Tensor): tf.Tensor => tf.reshape(one, one.rank === 0 ? [] : [one.size])
  return tf.reshape(tf.where(flat(condition), flat(a), flat(b)), shape)
}
