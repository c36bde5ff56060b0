/** @internal */

import type { Manner } from '../equation/Manner.js'
import type { Occasion, Program } from '../equation/Program.js'
import type { Leaf } from '../tree/Tree.js'
import { isStraight } from './crossings.js'
import { joinedOf } from './joinedOf.js'
import { runLevels } from './runLevels.js'
import { runStraight } from './runStraight.js'

/** Runs a program once: the new parameters (`step`) or the updates (`update`), and the next state. Mostly straight on:
 *  nothing must be seen of the updates before it is known what comes next. */
export const run = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  occasion: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] =>
  isStraight(program)
    ? runStraight(manner, program, occasion, joinedOf(manner, occasion, state), state, [state])
    : runLevels(manner, program, occasion, state)
