/** @internal */
import { either as E } from 'fp-ts'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Met } from './decodeForeign.js'

/** What the metadata of a state says of its optimizer, in the JSON under `optimizer`. */
export interface OptimizerRecord {
  /** The class, `AdamW`. */
  readonly class: string
  /** The names of the parameters, in the order of their numbers. */
  readonly parameters: readonly string[]
  /** Hyperparameters: `param_groups` of PyTorch, one `get_config()` of Keras. */
  readonly groups: readonly Readonly<Record<string, unknown>>[]
}

/** The record of an optimizer in a file's metadata; null, and a problem, where there is none. */
export const optimizerRecord = (
  metadata: Readonly<Record<string, string>>,
  { problem }: Met,
): OptimizerRecord | null => {
  const json = E.tryCatch((): unknown => JSON.parse(metadata['optimizer'] ?? 'null'), String)
  const found: Partial<OptimizerRecord> = E.isRight(json) ? Object(json.right) : {} // checked field by field
  const { class: name, parameters, groups } = found
  if (
    typeof name === 'string' &&
    Array.isArray(parameters) &&
    parameters.every((parameter) => typeof parameter === 'string') &&
    Array.isArray(groups)
  )
    return { class: name, parameters, groups: groups.map((group) => Object(group)) }
  problem(
    checkpointProblem('Missing', {
      path: '__metadata__.optimizer',
      expected: 'JSON { class, parameters, groups }',
      found: metadata['optimizer'] === undefined ? 'nothing' : 'something else',
      fix: 'write the file with the function of the guide',
    }),
  )
  return null
}
