/** @internal */

import type { Run, Segment } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { joinedOf } from './joinedOf.js'
import { readOf } from './records.js'
import { runRow } from './runRow.js'

const isOther = (segment: Segment): segment is Exclude<Segment, Stage> => segment.kind !== 'stage'

/** Runs a program once. Mostly it is stages in a row; whatever else is in it has brought what runs that. */
export const run: Run = (manner, program, occasion, state) => {
  const other = program.segments.find(isOther)
  if (other !== undefined) return other.run(manner, program, occasion, state)
  const stages = program.segments as readonly Stage[] // none is another
  const joined = joinedOf(manner, occasion, state)
  return runRow(manner, readOf(stages, state, occasion.extra), joined, occasion, state)
}
