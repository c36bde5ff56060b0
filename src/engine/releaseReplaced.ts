/** @internal */

import type { Leaf } from '../tree/Tree.js'
import type { Manner } from './Manner.js'
import { releaseExcept } from './releaseExcept.js'

/** Disposes what stood in a state for a while only; where the given state was given away, also what is no more of it. */
export const releaseReplaced = <L extends Leaf>(
  manner: Pick<Manner<L>, 'donate' | 'release'>,
  given: unknown,
  between: unknown,
  kept: unknown,
): void => releaseExcept(manner, [given, between], manner.donate ? kept : [given, kept])
