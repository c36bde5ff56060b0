/** @internal */

import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import type { Description } from '../transformation/Description.js'
import { type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { type CheckpointRecord, formatVersions, metadataKeys } from './CheckpointContents.js'
import { parsedOnce } from './parsedOnce.js'
import { readRecord } from './recordText.js'
import { type WrittenPart, writtenPartsCodec } from './writtenParts.js'

/** The metadata of a checkpoint as it says itself; what cannot be read is undefined, and a problem. */
export interface MetadataParts {
  readonly format: string | undefined
  readonly numbers: Readonly<Record<string, number | string>> | undefined
  readonly optimizer: Written | undefined
  /** The parts of the state; undefined in a file of format 1, which does not tell. */
  readonly parts: readonly WrittenPart[] | undefined
  readonly swapped: boolean
  readonly record: CheckpointRecord
  readonly problems: readonly CheckpointProblem[]
  /** What of the record cannot be read. */
  readonly losses: readonly CheckpointProblem[]
}

/** A description of an optimizer as a file has it. */
export type Written = Omit<Description, 'scope' | 'parts'> & { readonly parts: readonly Written[] }

/** Reads the metadata of a checkpoint, whatever optimizer it is of. */
export const metadataParts = (metadata: Readonly<Record<string, string>>): MetadataParts => {
  const problems: CheckpointProblem[] = []
  const format = metadata[metadataKeys.format]
  if (format === undefined || !formatVersions.includes(format))
    problems.push(
      checkpointProblem(format === undefined ? 'Missing' : 'Unsupported', {
        path: metadataKeys.format,
        expected: `format version ${formatVersions.join(' or ')}`,
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
  const optimizer = read(metadataKeys.optimizer, writtenCodec, deepest, 'the description of an optimizer as JSON')
  const parts =
    format === undefined || format === '1'
      ? undefined
      : read(metadataKeys.parts, writtenPartsCodec, 4, 'the parts of the state as JSON')
  // the caller's own: a bad one costs nothing else
  const { record, warnings: losses } = readRecord(metadata[metadataKeys.record])
  return {
    format,
    numbers,
    optimizer,
    parts,
    swapped: metadata[metadataKeys.swapped] === 'true',
    record,
    problems,
    losses,
  }
}

// Each part of a description is a record in a list, and what reads and compares them calls itself.
const deepest = 500

const writtenCodec: t.Type<Written, unknown, unknown> = t.recursion('Description', () =>
  t.type({ name: t.string, options: t.record(t.string, t.unknown), parts: t.readonlyArray(writtenCodec) }),
)

const shorten = (text: string | undefined): string =>
  text === undefined ? 'nothing' : text.length > 80 ? `${text.slice(0, 80)}…` : text
