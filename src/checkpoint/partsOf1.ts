/** @internal */

import type { StateShape } from '../state/StateShape.js'
import type { Skeleton } from '../tree/Skeleton.js'
import { type WrittenPart, writtenParts } from './writtenParts.js'

/** The parts of a file of format 1, which does not tell them, by the chain that wrote it.
 *
 *  0.1.0 strung leaves together in the order of their keys, where `flatten` now goes by their paths: where the two differ
 *  its vectors mean other leaves, and are no vectors of today's. */
export const partsOf1 = (shape: StateShape, skeleton: Skeleton): readonly WrittenPart[] =>
  writtenParts(shape, skeleton).map((part) =>
    part.kind === 'opaque' && part.of.startsWith('flatten(') && !isSorted(skeleton)
      ? { ...part, of: `${part.of} of 0.1.0, which went by the order of keys` }
      : part,
  )

const isSorted = ({ paths }: Skeleton): boolean => String(paths) === String(paths.toSorted())
