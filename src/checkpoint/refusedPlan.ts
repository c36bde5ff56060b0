/** @internal */

import { acceptance, refused } from '../migration/refused.js'
import type { Accept, PlanLine, StatePlan } from '../migration/StatePlan.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'

/** A problem for each line of a plan that is not accepted, with the word that would accept it; null where there is none. */
export const refusedPlan = (
  plan: StatePlan,
  accept: Accept,
  different: readonly CheckpointProblem[],
): CheckpointError | null => {
  const lines = refused(plan, accept)
  const [first, ...others] = lines.length === 0 ? [] : [...different, ...lines.map(problemOf)]
  return first === undefined ? null : [first, ...others]
}

const problemOf = (line: PlanLine): CheckpointProblem => {
  const fix = `if so, pass ${acceptance([line])}; planRestore tells all that would become of the file`
  switch (line.kind) {
    case 'started':
      return checkpointProblem('Missing', {
        path: line.to,
        expected: 'it in the file',
        found: `nothing (${line.why})`,
        fix: `it would begin at ${line.at}: ${fix}`,
      })
    case 'dropped':
      return checkpointProblem('Unexpected', {
        path: line.from,
        expected: 'somebody who takes it',
        found: `nobody (${line.why})`,
        fix: `it would be lost: ${fix}`,
      })
    case 'shape':
      return checkpointProblem('Mismatch', {
        path: line.to,
        expected: 'the same shape in the file',
        found: line.why,
        fix: `it would begin anew: ${fix}`,
      })
    case 'ambiguous':
      return checkpointProblem('Mismatch', {
        path: line.to,
        expected: 'one that it could be',
        found: line.from,
        fix: line.why,
      })
    default:
      return checkpointProblem('Mismatch', {
        path: line.to,
        expected: 'the same dtype in the file',
        found: 'another',
        fix: `it would be cast: ${fix}`,
      })
  }
}
