import type { Tensor } from '@tensorflow/tfjs-core'
import { treeFullLike } from './treeFullLike.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** A tree of ones like another.
 *
 *  @shapes those of the tree, and its dtypes; `null` stays `null`.
 *  @reference optax.tree.ones_like
 *  @example treeOnesLike(params) */
export const treeOnesLike = <P>(tree: P & TreeOf<P>): Leaves<P, Tensor> => treeFullLike(tree, 1)
