import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from '../tree/zipTree.js'
import { spell } from '../tree/Skeleton.js'
import { isLeaf, type Leaves, type TreeOf } from '../tree/Tree.js'
import { select } from './select.js'

/** Selects from two trees by a condition: `true` or `false`, or a boolean tensor of one element or of the shape of
 *  every leaf.
 *
 *  ```text
 *  zᵢ = c ? xᵢ : yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ; `TypeError` for a condition that is
 *    no boolean, `RangeError` for one that does not fit a leaf.
 *  @laws nothing is computed with what is not selected: a NaN there does no harm.
 *  @reference optax.tree.where
 *  @example treeWhere(tf.scalar(true), params, gradients) */
export const treeWhere = <P>(
  ...[condition, x, y]: readonly [
    condition: boolean | tf.Tensor,
    x: P & TreeOf<P>,
    y: NoInfer<Leaves<P, tf.Tensor | null>>,
  ]
): Leaves<P, tf.Tensor | null> => {
  if (typeof condition !== 'boolean' && !(isLeaf(condition) && condition.dtype === 'bool'))
    throw new TypeError(
      `treeWhere: condition must be a boolean or a tensor of dtype bool, found ${spell(condition)}. Pass e.g. tf.greater(x, 0).`,
    )
  return zipTree((a, b, path) => {
    if (typeof condition === 'boolean') return tf.clone(condition ? a : b)
    if (condition.size !== 1 && !covers(condition.shape, a.shape))
      throw new RangeError(
        `treeWhere: condition must be of one element or of the shape of every leaf, found [${condition.shape.join(', ')}] beside [${a.shape.join(', ')}] at ${path === '' ? 'the root' : path}.`,
      )
    if (a.size === 0) return tf.clone(a)
    return tf.tidy(() => select(condition.size === 1 ? tf.reshape(condition, []) : condition, a, b))
  })(x, y)
}

/** Whether a condition has an element for each of a leaf: along its last axes, one for all where its length is 1. */
const covers = (condition: readonly number[], leaf: readonly number[]): boolean => {
  const front = leaf.length - condition.length
  return front >= 0 && condition.every((length, axis) => length === 1 || length === leaf[front + axis])
}
