import * as tf from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from './Tree.js'
import { zipTree } from './zipTree.js'

/** Adds a scaled tree to another.
 *
 *    zᵢ = xᵢ + s·yᵢ
 *
 *  Shapes   those of the first tree; a `null` of the second stays `null`.
 *  Throws   `TreeMismatch` naming the path where structure, shape or dtype differ.
 *  Laws     s = 1 is `treeAdd`, s = −1 `treeSub`.
 *  Source   optax.tree.add_scale
 *  Example  `treeAddScale(params, -0.1, gradients)` */
export const treeAddScale = <P>(
  ...[x, scalar, y]: readonly [x: P & TreeOf<P>, scalar: number | tf.Scalar, y: NoInfer<Leaves<P, tf.Tensor | null>>]
): Leaves<P, tf.Tensor | null> => zipTree((a, b) => tf.tidy(() => tf.add(a, tf.mul(b, scalar))))(x, y)
