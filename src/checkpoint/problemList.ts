/** Inside the room. @internal */

import { either as E } from 'fp-ts'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'

/** Gathers the problems of one operation; lives no longer than the function that made it. */
export interface ProblemList {
  readonly add: (problem: CheckpointProblem) => void
  /** The problems, or, if there are none, what `value` gives. */
  readonly orElse: <A>(value: () => A) => E.Either<CheckpointError, A>
}

/** An empty list; a hostile file may have millions of problems, so only the first `limit` are kept and the rest
 *  counted. */
export const problemList = (limit = 1000): ProblemList => {
  const problems: CheckpointProblem[] = []
  let omitted = 0
  return {
    add: (problem) => {
      if (problems.length < limit) problems.push(problem)
      else omitted++
    },
    orElse: (value) => {
      const [first, ...rest] = omitted === 0 ? problems : [...problems, andMore(omitted)]
      return first === undefined ? E.right(value()) : E.left([first, ...rest])
    },
  }
}

const andMore = (omitted: number): CheckpointProblem =>
  checkpointProblem('Corrupt', {
    path: '(file)',
    expected: 'no more problems',
    found: `${omitted} more`,
    fix: 'mend the ones above first',
  })
