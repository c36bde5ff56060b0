/** @internal */
import { wrongArgument } from '../scalars/wrongArgument.js'
import { spell } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'

/** Refuses what no tree can be multiplied by. */
export const checkScalar = (what: string, given: unknown): void => {
  if (typeof given === 'number' || (isLeaf(given) && given.shape.length === 0)) return
  throw isLeaf(given)
    ? new TypeError(
        `${what} must be a number or a tensor of one, of shape [], found ${spell(given)}. Nothing is broadcast.`,
      )
    : wrongArgument(what, 'a number or a tensor of one', given, 'Pass e.g. 0.5.')
}
