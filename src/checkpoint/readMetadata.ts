/** @internal */

import { either as E } from 'fp-ts'
import type { Description } from '../transformation/Description.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { type CheckpointRecord, metadataKeys, writtenDescription } from './CheckpointContents.js'
import { metadataParts, type Written } from './metadataParts.js'
import type { WrittenPart } from './writtenParts.js'

/** The metadata of a checkpoint, read and compared with the optimizer that restores it. */
export interface ReadMetadata {
  readonly numbers: Readonly<Record<string, number | string>>
  readonly record: CheckpointRecord
  /** The parts of the state; undefined where the chain must tell. */
  readonly parts: readonly WrittenPart[] | undefined
  /** Where the structure of the optimizer is another one. */
  readonly different: readonly CheckpointProblem[]
  readonly warnings: readonly CheckpointProblem[]
}

/** Reads a checkpoint's metadata. Another structure of the optimizer is told beside; another hyperparameter, or a record
 *  that cannot be read, is a warning. */
export const readMetadata = (
  metadata: Readonly<Record<string, string>>,
  description: Description,
  swapped: boolean,
): E.Either<CheckpointError, ReadMetadata> => {
  const { numbers, optimizer, parts, swapped: wasSwapped, record, problems: found, losses } = metadataParts(metadata)
  const problems = [...found]
  const warnings = [...losses]
  const different: CheckpointProblem[] = []
  if (optimizer !== undefined)
    // written as it is read
    compare(optimizer, writtenDescription(description) as Written, description.name, different, warnings)
  if (wasSwapped !== swapped)
    warnings.push(
      checkpointProblem('Mismatch', {
        path: metadataKeys.swapped,
        expected: swapped ? 'a file from saveSwapped' : 'a file from save',
        found: swapped ? 'a file from save' : 'a file from saveSwapped',
        fix: `parameters and averages have changed places; use ${swapped ? 'restore' : 'restoreSwapped'} to have them as they were`,
      }),
    )
  const [first, ...others] = problems
  return first !== undefined || numbers === undefined
    ? E.left(
        first === undefined
          ? [
              checkpointProblem('Corrupt', {
                path: '',
                expected: 'metadata',
                found: 'none',
                fix: 'restore another checkpoint',
              }),
            ]
          : [first, ...others],
      )
    : E.right({ numbers, parts, different, record, warnings })
}

const compare = (
  saved: Written,
  own: Written,
  path: string,
  problems: CheckpointProblem[],
  warnings: CheckpointProblem[],
): void => {
  if (saved.name !== own.name || saved.parts.length !== own.parts.length) {
    const shown = ({ name, parts }: Written) => `${name} of ${parts.length} parts`
    problems.push(
      checkpointProblem('Mismatch', {
        path,
        expected: shown(own),
        found: shown(saved),
        fix: 'restore with an optimizer of the structure that saved it',
      }),
    )
    return
  }
  for (const key of new Set([...Object.keys(saved.options), ...Object.keys(own.options)])) {
    const [before, now] = [JSON.stringify(saved.options[key]), JSON.stringify(own.options[key])]
    if (before !== now)
      warnings.push(
        checkpointProblem('Mismatch', {
          path: `${path}.${key}`,
          expected: now ?? 'nothing',
          found: before ?? 'nothing',
          fix: 'the state is restored; the new value holds from now on',
        }),
      )
  }
  saved.parts.forEach((part, i) => {
    const mine = own.parts[i]
    if (mine !== undefined) compare(part, mine, `${path}.${i}.${mine.name}`, problems, warnings)
  })
}
