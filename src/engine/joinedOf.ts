/** @internal */

import type { Manner } from '../equation/Manner.js'
import type { Occasion } from '../equation/Program.js'
import { findTensor } from '../tree/findTensor.js'
import { leavesOf } from '../tree/leaves.js'
import { isUnreadable, refuseUnreadable } from '../tree/refuseUnreadable.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { isUnreadableOrVariable, refuseUnusable } from './refuseUnusable.js'

/** The trees of an occasion as lists of leaves, in the order of the skeleton. */
export interface Joined<L extends Leaf> {
  readonly skeleton: Skeleton
  readonly params: readonly (L | null)[]
  readonly updates: readonly (L | null)[]
}

/** The trees of a run, joined by path; what no executor may meet is refused before anything is done. */
export const joinedOf = <L extends Leaf>(
  manner: Manner<L>,
  { updates, params }: Occasion,
  state: unknown,
  alike = true,
): Joined<L> => {
  const skeleton = skeletonOf(params, 'params')
  const named = manner.given ?? 'updates'
  const joined = {
    skeleton,
    params: leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true }),
    updates: leavesOf<L>(skeleton, updates, { where: named, nullable: true, alike, trains: true }),
  }
  // Lists are looked through faster than trees, which tell the place.
  if (joined.updates.some(isUnreadable)) refuseUnreadable(named, updates, skeleton)
  const isUnusable = manner.donate ? isUnreadableOrVariable : isUnreadable
  if (joined.params.some(isUnusable)) refuseUnusable('params', params, skeleton)
  if (findTensor(state, isUnusable) !== undefined) refuseUnusable('state', state, skeleton)
  return joined
}
