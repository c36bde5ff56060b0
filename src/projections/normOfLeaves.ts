/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { leafSum } from '../tensors/leafSum.js'
import { loose } from '../tensors/loose.js'
import { rootOfSquares } from '../tensors/rootOfSquares.js'

/** ‖x‖ over several tensors, and whether it is 0. A norm of 0 has no slope, and stands as 1. */
export const normOfLeaves = (leaves: readonly tf.Tensor[]): { readonly norm: tf.Tensor; readonly none: tf.Tensor } => {
  const some = leaves.filter(({ size }) => size > 0)
  const none = loose(
    some.reduce<tf.Tensor>((all, x) => tf.logicalAnd(all, tf.equal(tf.max(tf.abs(x)), 0)), tf.scalar(true, 'bool')),
  )
  const one = tf.cast(none, 'float32')
  // Where all is 0 one more square keeps the root away from 0, where its slope is infinite.
  const norm = rootOfSquares((square) =>
    some.reduce<tf.Tensor>((sum, x) => tf.add(sum, leafSum(square(x))), square(one)),
  )
  return { norm, none }
}
