import { type CheckpointError, formatProblems } from './CheckpointError.js'

/**
 * What the promises of stores, saves and restores reject with: `message` says every problem on a line of its own, and
 * `problems` holds them as values. `cause` is what the store threw, where one did.
 *
 *  @example const failed = new CheckpointFailed([checkpointProblem('Missing', { path: 'a', expected: 'a file', found: 'none', fix: 'list the store' })])
 */
export class CheckpointFailed extends Error {
  override readonly name = 'CheckpointFailed'
  declare readonly problems: CheckpointError
  constructor(problems: CheckpointError) {
    const thrown = problems.find((problem) => 'cause' in problem)
    super(formatProblems(problems), thrown === undefined ? undefined : { cause: thrown.cause })
    // hidden from consoles, which would print them after a message that has them all
    Object.defineProperty(this, 'problems', { value: problems })
  }
}

/**
 * Whether something that was caught is a `CheckpointFailed`, also one of another copy of this library.
 *
 *  @example await restore(request).catch((e: unknown) => { if (!isCheckpointFailed(e) || e.problems[0]._tag !== 'Missing') throw e })
 */
export const isCheckpointFailed = (error: unknown): error is CheckpointFailed =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  error.name === 'CheckpointFailed' &&
  'message' in error &&
  'problems' in error &&
  Array.isArray(error.problems) &&
  error.problems.length > 0
