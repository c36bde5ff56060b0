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
 *    no boolean.
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
  return zipTree((a, b) =>
    typeof condition === 'boolean'
      ? tf.clone(condition ? a : b)
      : a.size === 0
        ? tf.clone(a)
        : tf.tidy(() =>
            select(condition.size === 1 ? tf.reshape(condition, []) : tf.broadcastTo(condition, a.shape), a, b),
          ),
  )(x, y)
}
