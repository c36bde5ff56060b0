import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from './mapTree.js'
import type { Leaves, TreeOf } from './Tree.js'

/** Scales a tree by a number, or by a tensor of one.
 *
 *    zᵢ = s·xᵢ
 *
 *  Shapes   those of the tree.
 *  Laws     linear; 1 changes nothing, 0 gives zeros where x is finite.
 *  Source   optax.tree.scale
 *  Example  `treeScale(0.5, params)` */
export const treeScale = <P>(scalar: number | tf.Scalar, tree: P & TreeOf<P>): Leaves<P, tf.Tensor> =>
  mapTree((x) => tf.mul(x, scalar))(tree)
