/** @internal */

import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'
import { releaseExcept } from './releaseExcept.js'

/** Disposes what stood in a state for a while only, unless it is still there or in a state that somebody holds; where the
 *  given state was given away, nobody does. */
export const releaseReplaced = <L extends Leaf>(
  manner: Pick<Manner<L>, 'donate' | 'release'>,
  between: unknown,
  held: readonly unknown[],
  kept: unknown,
): void => releaseExcept(manner, between, manner.donate ? kept : [held, kept])
