/** @internal */
import { wrongArgument } from '../scalars/wrongArgument.js'
import { isLeaf } from '../tree/Tree.js'

/** Refuses what no tree can be multiplied by. */
export const checkScalar = (what: string, given: unknown): void => {
  if (typeof given !== 'number' && !isLeaf(given))
    throw wrongArgument(what, 'a number or a tensor of one', given, 'Pass e.g. 0.5.')
}
