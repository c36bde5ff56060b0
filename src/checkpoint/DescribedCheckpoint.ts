import type { Description } from '../transformation/Description.js'
import type { CheckpointProblem } from './CheckpointError.js'
import type { CheckpointRecord } from './CheckpointContents.js'

/** What is in a checkpoint, as plain data. */
export interface DescribedCheckpoint {
  /** The size of the file. */
  readonly bytes: number
  /** The version of its format; null for a file that `save` did not write. */
  readonly format: string | null
  /** Whether `saveSwapped` wrote it: averages then stand under the parameters' names. */
  readonly swapped: boolean
  /** The optimizer that saved it, its equations and their options, as the file has them; null where it does not say. */
  readonly optimizer: Description | null
  /** By name. */
  readonly tensors: readonly DescribedTensor[]
  /** The numbers of the state, counts among them, by their path in it. */
  readonly numbers: Readonly<Record<string, number>>
  /** The caller's own record, without what cannot be read of it. */
  readonly record: CheckpointRecord
  /** What of the metadata is missing or cannot be read. */
  readonly warnings: readonly CheckpointProblem[]
}

/** A tensor in a checkpoint. */
export interface DescribedTensor {
  readonly name: string
  /** The parameter that it is, or belongs to; null for one of the whole tree. */
  readonly parameter: string | null
  /** The slot that it is, by an average's name or its path in the state; null for a parameter. */
  readonly slot: string | null
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly bytes: number
}
