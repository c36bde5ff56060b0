/** @internal */

import type { Run } from '../equation/Program.js'
import { isStraight } from './crossings.js'
import { joinedOf } from './joinedOf.js'
import { runLevels } from './runLevels.js'
import { runStraight } from './runStraight.js'

/** Runs a program in which not all is stages. Mostly straight on: nothing must be seen of the updates before it is known
 *  what comes next. */
export const runSegments: Run = (manner, program, occasion, state) =>
  isStraight(program)
    ? runStraight(manner, program, occasion, joinedOf(manner, occasion, state), state, [state])
    : runLevels(manner, program, occasion, state)
