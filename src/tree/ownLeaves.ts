/** @internal */

import { leavesOf } from './leaves.js'
import { type Skeleton, skeletonOf } from './Skeleton.js'
import type { Leaf } from './Tree.js'

/** A tree's own skeleton, and its leaves in that order: none is missing. `where` names the tree in errors. */
export const ownLeaves = <L extends Leaf>(
  tree: unknown,
  where: string,
): { readonly skeleton: Skeleton; readonly leaves: readonly L[] } => {
  const skeleton = skeletonOf(tree, where)
  // where a tree has no leaf its own skeleton has no place
  return { skeleton, leaves: leavesOf<L>(skeleton, tree, { where, nullable: false, alike: true }) as readonly L[] }
}
