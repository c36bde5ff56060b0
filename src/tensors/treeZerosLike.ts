import type { Tensor } from '@tensorflow/tfjs-core'
import { treeFullLike } from './treeFullLike.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** A tree of zeros like another.
 *
 *  @shapes those of the tree, and its dtypes; `null` stays `null`.
 *  @reference optax.tree.zeros_like
 *  @example treeZerosLike(params) */
export const treeZerosLike = <P>(tree: P & TreeOf<P>): Leaves<P, Tensor> => treeFullLike(tree, 0)
