/** @internal */

import { buildTree, leavesOf } from '../tree/leaves.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** How a part of an optimizer sees trees that are handed in with a step: under a mask it sees fewer leaves than there
 *  are, inside `flatten` all of them as one vector. */
export interface View {
  /** A tree like the parameters of the whole, as this part sees trees. `where` names it in errors. */
  readonly seen: (tree: unknown, where: string) => unknown
  /** A tree as this part sees trees, made whole: leaves out of its sight are the parameters before the step. */
  readonly whole: (tree: unknown) => unknown
}

/** The view of what sees everything. */
export const wholeView: View = { seen: (tree) => tree, whole: (tree) => tree }

/** The view through a mask, from where the parameters have the given leaves. */
export const maskedView = (
  outer: View,
  skeleton: Skeleton,
  included: readonly boolean[],
  params: readonly (Leaf | null)[],
): View => ({
  seen: (tree, where) =>
    buildTree(
      skeleton,
      leavesOf(skeleton, outer.seen(tree, where), { where, nullable: true, alike: true }).map((leaf, i) =>
        included[i] === true ? leaf : null,
      ),
    ),
  whole: (tree) =>
    outer.whole(
      buildTree(
        skeleton,
        leavesOf(skeleton, tree, { where: 'params', nullable: true, alike: true }).map(
          (leaf, i) => leaf ?? params[i] ?? null,
        ),
      ),
    ),
})
