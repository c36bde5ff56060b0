/** @internal */
import { leavesOf } from '../tree/leaves.js'
import { notTrained } from '../tree/notTrained.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { othersOf } from './othersOf.js'

/** The leaves of a tree of updates. Throws `TreeMismatch` where one is for a leaf that is not float32: integers and
 *  booleans are not trained, on any backend, so that executors meet none. */
export const updatesIn = <L extends Leaf>(
  where: string,
  skeleton: Skeleton,
  tree: unknown,
  alike = true,
): readonly (L | null)[] => {
  const leaves = leavesOf<L>(skeleton, tree, { where, nullable: true, alike, trains: true })
  // a tree that this library built comes back as it is
  for (const i of othersOf(skeleton)) {
    const leaf = leaves[i] ?? null
    if (leaf !== null) throw notTrained(where, skeleton, i, leaf)
  }
  return leaves
}
