/** @internal */

import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import type { Manner } from '../equation/Manner.js'

/** Disposes every leaf that is none of the kept: what a run has made before it ended in an error, what a part leaves out
 *  of its state. */
export const releaseExcept = <L extends Leaf>(
  { release }: Pick<Manner<L>, 'release'>,
  dropped: unknown,
  kept: unknown,
): void => {
  const leaves = leavesIn<L>(dropped)
  if (leaves.length === 0) return // mostly: a part without tensors
  const keep = new Set(leavesIn<L>(kept))
  for (const leaf of leaves) if (!keep.has(leaf)) release(leaf)
}
