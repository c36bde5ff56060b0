/** @internal */

import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import type { Description } from '../transformation/Description.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { type CheckpointRecord, formatVersion, metadataKeys, writtenDescription } from './CheckpointContents.js'
import { parsedOnce } from './parsedOnce.js'
import { readRecord } from './recordText.js'

/** The metadata of a checkpoint, read and compared with the optimizer that restores it. */
export interface ReadMetadata {
  readonly numbers: Readonly<Record<string, number | string>>
  readonly record: CheckpointRecord
  readonly warnings: readonly CheckpointProblem[]
}

/** Reads a checkpoint's metadata. Another structure of the optimizer is an error; another hyperparameter, or a record that
 *  cannot be read, a warning. */
export const readMetadata = (
  metadata: Readonly<Record<string, string>>,
  description: Description,
  swapped: boolean,
): E.Either<CheckpointError, ReadMetadata> => {
  const problems: CheckpointProblem[] = []
  const format = metadata[metadataKeys.format]
  if (format !== formatVersion)
    problems.push(
      checkpointProblem(format === undefined ? 'Missing' : 'Unsupported', {
        path: metadataKeys.format,
        expected: `format version ${formatVersion}`,
        found: format ?? 'nothing',
        fix:
          format === undefined
            ? 'this file was not written by save: load its tensors by decodeSafetensors'
            : 'update the library, or save again with this version',
      }),
    )
  const read = <A>(key: string, codec: t.Decoder<unknown, A>, maxDepth: number, what: string): A | undefined => {
    const value = parsedOnce(key, metadata[key], { maxDepth, what })
    if (E.isLeft(value)) {
      problems.push(...value.left)
      return undefined
    }
    const decoded = codec.decode(value.right)
    if (E.isRight(decoded)) return decoded.right
    problems.push(
      checkpointProblem('Corrupt', {
        path: key,
        expected: what,
        found: shorten(metadata[key]),
        fix: 'restore another checkpoint',
      }),
    )
    return undefined
  }
  const numbers = read(
    metadataKeys.numbers,
    t.record(t.string, t.union([t.number, t.string])),
    1,
    'the numbers of the state as JSON',
  )
  const saved = read(metadataKeys.optimizer, writtenCodec, deepest, 'the description of an optimizer as JSON')
  // the caller's own: a bad one costs nothing else
  const { record, warnings: losses } = readRecord(metadata[metadataKeys.record])
  const warnings: CheckpointProblem[] = [...losses]
  if (saved !== undefined)
    // written as it is read
    compare(saved, writtenDescription(description) as Written, description.name, problems, warnings)
  if ((metadata[metadataKeys.swapped] === 'true') !== swapped)
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
    : E.right({ numbers, record, warnings })
}

interface Written {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly parts: readonly Written[]
}

// Each part of a description is a record in a list, and what reads and compares them calls itself.
const deepest = 500

const writtenCodec: t.Type<Written, unknown, unknown> = t.recursion('Description', () =>
  t.type({ name: t.string, options: t.record(t.string, t.unknown), parts: t.readonlyArray(writtenCodec) }),
)

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

const shorten = (text: string | undefined): string =>
  text === undefined ? 'nothing' : text.length > 80 ? `${text.slice(0, 80)}…` : text
