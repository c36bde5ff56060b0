import * as tf from '@tensorflow/tfjs-core'
import { leavesOf } from '../tree/leaves.js'
import { leafSum } from './leafSum.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** The inner product of two trees.
 *
 *  ```text
 *  Σ xᵢ·yᵢ over all elements
 *  ```
 *
 *  @shapes a tensor of one number; a `null` of the second tree counts as zeros.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ.
 *  @laws symmetric and linear up to rounding; `treeVdot(x, x)` is the squared norm.
 *  @departs real numbers only: nothing is conjugated.
 *  @reference optax.tree.vdot
 *  @example treeVdot(gradients, gradients) */
export const treeVdot = <P>(
  ...given: readonly [x: P & TreeOf<P>, y: NoInfer<Leaves<P, tf.Tensor | null>>]
): tf.Tensor => {
  // As one tuple: the compiler does not end when it compares a tree type of its own with another.
  const [x, y]: readonly unknown[] = given
  const skeleton = skeletonOf(x, 'first tree')
  const a = leavesOf<tf.Tensor>(skeleton, x, { where: 'first tree', nullable: false, alike: true })
  const b = leavesOf<tf.Tensor>(skeleton, y, { where: 'second tree', nullable: true, alike: true })
  return tf.tidy(() =>
    a.reduce<tf.Tensor>((total, left, i) => {
      const right = b[i] ?? null
      return left === null || right === null ? total : tf.add(total, leafSum(tf.mul(left, right)))
    }, tf.scalar(0)),
  )
}
