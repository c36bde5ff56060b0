import type { Tensor } from '@tensorflow/tfjs-core'
import { leavesOf } from './leaves.js'
import { skeletonOf } from './Skeleton.js'
import type { TreeOf } from './Tree.js'

/** The tensors of a tree in its order, a tensor twice where it stands twice; nothing for `null`.
 *
 *  @internal */
export const treeLeaves = <P>(tree: P & TreeOf<P>): readonly Tensor[] => {
  const skeleton = skeletonOf(tree, 'tree')
  return leavesOf<Tensor>(skeleton, tree, { where: 'tree', nullable: false, alike: true }).flatMap((leaf) =>
    leaf === null ? [] : [leaf],
  )
}
