import { checkFunction } from '../scalars/checkFunction.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from './leaves.js'
import { skeletonOf, pathAt } from './Skeleton.js'
import type { Leaves, TreeOf } from './Tree.js'

/** Applies a function to every tensor of a tree; `null` stays `null`.
 *
 *  @throws `TreeMismatch` for hostile keys and for what is no tree.
 *  @laws `mapTree(identity) = identity`; `mapTree(f ∘ g) = mapTree(f) ∘ mapTree(g)`.
 *  @example mapTree((w) => tf.clone(w))(params) */
export const mapTree = (f: (leaf: Tensor, path: string) => Tensor) => {
  checkFunction('mapTree: f', f, '(leaf) => tf.neg(leaf)')
  return <P>(tree: P & TreeOf<P>): Leaves<P, Tensor> => {
    const skeleton = skeletonOf(tree, 'tree')
    const leaves = leavesOf<Tensor>(skeleton, tree, { where: 'tree', nullable: false, alike: true })
    // The skeleton is the tree's own, so the result has its structure.
    return buildTree(
      skeleton,
      leaves.map((leaf, i) => (leaf === null ? null : f(leaf, pathAt(skeleton, i)))),
    ) as Leaves<P, Tensor>
  }
}
