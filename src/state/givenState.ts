/** @internal */
import type { GivenLeaves } from '../equation/Gathering.js'
import { owned } from '../tree/owned.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { StateShape } from './StateShape.js'

/** What files that do not tell mean. */
export const gatheredBefore = 1

/** The part of a record that tells which leaves updates have gathered for: 0 for each leaf by its path, at first.
 *
 *  The files of 0.1.0 do not tell. There something may have gathered for every leaf, so that nothing is lost: a leaf for
 *  which nothing has takes a step on zero at the end of the round that was saved, and is told rightly from then on. */
export const givenState: StateShape = {
  kind: 'opaque',
  of: 'given',
  before: gatheredBefore,
  owned,
  init: (params): GivenLeaves =>
    Object.freeze(Object.fromEntries(skeletonOf(params, 'params').paths.map((path) => [path, 0]))),
}
