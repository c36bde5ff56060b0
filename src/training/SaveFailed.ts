import { isCheckpointFailed } from '../checkpoint/CheckpointFailed.js'

/** A checkpoint of a run could not be saved; `cause` is what the save gave as its reason. */
export class SaveFailed extends Error {
  override readonly name = 'SaveFailed'
  readonly step: number
  constructor(step: number, cause: unknown) {
    super(
      [
        `fit: the checkpoint of step ${step} could not be saved:`,
        ...reasons(cause).map((reason) => `  - ${reason}`),
        'Training has stopped; parameters and state of the last event are still there.',
      ].join('\n'),
      { cause },
    )
    this.step = step
  }
}

const reasons = (cause: unknown): readonly string[] =>
  isCheckpointFailed(cause) ? cause.problems.map(reason) : Array.isArray(cause) ? cause.map(reason) : [reason(cause)]

const reason = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause)
