/** Inside the room. @internal */

import { checkpointProblem, type CheckpointProblem } from './CheckpointError.js'

/** What a place or a store threw, as a problem. */
export const storeProblem = (path: string, expected: string, cause: unknown): CheckpointProblem =>
  checkpointProblem('Store', {
    path,
    expected,
    found: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
    fix: 'see that the place exists, has room and lets this program in',
    cause,
  })
