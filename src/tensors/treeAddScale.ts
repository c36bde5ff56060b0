import { checkScalar } from './checkScalar.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { zipTree } from '../tree/zipTree.js'

/** Adds a scaled tree to another.
 *
 *  ```text
 *  zᵢ = xᵢ + s·yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ.
 *  @laws s = 1 is `treeAdd`, s = −1 `treeSub`.
 *  @reference optax.tree.add_scale
 *  @example treeAddScale(params, -0.1, gradients) */
export const treeAddScale = <P>(
  ...[x, scalar, y]: readonly [x: P & TreeOf<P>, scalar: number | tf.Scalar, y: NoInfer<Leaves<P, tf.Tensor | null>>]
): Leaves<P, tf.Tensor | null> => {
  checkScalar('treeAddScale: scalar', scalar)
  return zipTree((a, b) => tf.tidy(() => tf.add(a, tf.mul(b, scalar))))(x, y)
}
