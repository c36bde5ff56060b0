import { treeLeaves } from './treeLeaves.js'
import type { TreeOf } from './Tree.js'

/** The number of elements of a tree.
 *
 *  @laws known without looking at values; 0 for a tree of `null`s.
 *  @reference optax.tree.size
 *  @example treeSize(params)   // 8 */
export const treeSize = <P>(tree: P & TreeOf<P>): number => treeLeaves(tree).reduce((size, leaf) => size + leaf.size, 0)
