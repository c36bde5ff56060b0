/** @internal */

import type { Manner } from '../equation/Manner.js'
import type { Occasion } from '../equation/Program.js'
import { buildTree } from '../tree/leaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Joined } from './joinedOf.js'
import type { ReadStages } from './records.js'
import { runStages } from './runStages.js'

/** Runs stages in a row that are a whole run: from trees to trees. */
export const runRow = <L extends Leaf>(
  manner: Manner<L>,
  stages: ReadStages,
  joined: Joined<L>,
  occasion: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] => {
  const { leaves, state: after } = runStages(manner, stages, joined, occasion, state)
  return [
    leaves === joined.params
      ? occasion.params
      : leaves === joined.updates
        ? occasion.updates
        : buildTree(joined.skeleton, leaves),
    after,
  ]
}
