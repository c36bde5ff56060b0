import type { CheckpointProblem } from '../checkpoint/CheckpointError.js'

/** What was read from somebody else's files. */
export interface ForeignRead<P> {
  /** The parameters, like those that were asked for. */
  readonly params: P
  /** The metadata of the files; where they differ, what the first says. */
  readonly metadata: Readonly<Record<string, string>>
  /** The tensors that were passed over, as was asked for by name. */
  readonly ignored: readonly string[]
  /** What to know of what was read: numbers that were rounded, an `ignore` that fits nothing. */
  readonly warnings: readonly CheckpointProblem[]
}
