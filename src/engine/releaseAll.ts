/** @internal */

import { leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'

/** Disposes the leaves of a tree like the parameters that none of the kept trees shares; `null` keeps nothing. */
export const releaseAll = <L extends Leaf>(
  { release }: Manner<L>,
  params: unknown,
  tree: unknown,
  kept: readonly unknown[],
): void => {
  const skeleton = skeletonOf(params, 'params')
  const leaves = (t: unknown) =>
    t === null ? [] : leavesOf<L>(skeleton, t, { where: 'updates', nullable: true, alike: true })
  const keep = new Set(kept.flatMap((t) => leaves(t)))
  for (const leaf of leaves(tree)) if (leaf !== null && !keep.has(leaf)) release(leaf)
}
