/** @internal */

import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import type { Manner } from './Manner.js'

/** Disposes what stood in a state for a while only; where the given state was given away, also what is no more of it. */
export const releaseReplaced = <L extends Leaf>(
  { donate, release }: Pick<Manner<L>, 'donate' | 'release'>,
  given: unknown,
  between: unknown,
  kept: unknown,
): void => {
  const keep = new Set(leavesIn<L>(donate ? kept : [given, kept]))
  for (const leaf of leavesIn<L>([given, between])) if (!keep.has(leaf)) release(leaf)
}
