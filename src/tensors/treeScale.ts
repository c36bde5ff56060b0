import { checkScalar } from './checkScalar.js'
import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** Scales a tree by a number, or by a tensor of one.
 *
 *  ```text
 *  zᵢ = s·xᵢ
 *  ```
 *
 *  @shapes those of the tree.
 *  @laws linear; 1 changes nothing, 0 gives zeros where x is finite.
 *  @reference optax.tree.scale
 *  @example treeScale(0.5, params) */
export const treeScale = <P>(scalar: number | tf.Scalar, tree: P & TreeOf<P>): Leaves<P, tf.Tensor> => {
  checkScalar('treeScale: scalar', scalar)
  return mapTree((x) => tf.mul(x, scalar))(tree)
}
