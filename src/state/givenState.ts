/** @internal */
import type { GivenLeaves } from '../equation/Gathering.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { StateShape } from './StateShape.js'

/** The part of a record that tells which leaves updates have gathered for: 0 for each leaf by its path, at first. */
export const givenState: StateShape = {
  kind: 'opaque',
  init: (params): GivenLeaves =>
    Object.freeze(Object.fromEntries(skeletonOf(params, 'params').paths.map((path) => [path, 0]))),
}
