/** @internal */

import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import type { Manner } from './Manner.js'

/** Disposes what a run that ends in an error has made so far: all leaves that were not given to it. */
export const releaseMade = <L extends Leaf>(
  { release }: Pick<Manner<L>, 'release'>,
  made: readonly unknown[],
  given: readonly unknown[],
): void => {
  const keep = new Set(leavesIn<L>(given))
  for (const leaf of leavesIn<L>(made)) if (!keep.has(leaf)) release(leaf)
}
