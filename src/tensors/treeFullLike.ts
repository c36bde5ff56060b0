import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** A tree like another, filled with a number.
 *
 *  @shapes those of the tree, and its dtypes; `null` stays `null`.
 *  @reference optax.tree.full_like
 *  @example treeFullLike(params, 0.5) */
export const treeFullLike = <P>(tree: P & TreeOf<P>, value: number): Leaves<P, tf.Tensor> =>
  mapTree((x) => tf.fill(x.shape, value, x.dtype))(tree)
