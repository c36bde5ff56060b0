import { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import type { NamedArray } from './NamedArray.js'
import { problemList, type ProblemList } from './problemList.js'
import { readEntry, type EntrySpan } from './readEntry.js'
import { safetensorsFormat } from './safetensorsFormat.js'
import { scanHeader } from './scanHeader.js'

/** What a safetensors file holds: tensors in the order of their data, and the metadata as a record without
 *  prototype. */
export interface SafetensorsContents {
  readonly entries: readonly NamedArray[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The tensors and the metadata in the bytes of a safetensors file, or everything that is wrong with it.
 *
 * Made for files from anywhere: never throws, looks at no header above 25 MB, allocates no more than a small multiple
 * of what it was handed. Refused: keys given twice, unknown fields, dtypes other than F32 and I32, dimensions that are
 * no whole numbers, shapes that disagree with their bytes, data that overlaps, has holes, ends early or leaves a rest.
 * The header may list the tensors in any order, as the format allows. The arrays are copies: `bytes` stays the
 * caller's.
 *
 *  @laws a right inverse of `encodeSafetensors`; every change of the length of a file is noticed.
 *
 *  @reference https://github.com/huggingface/safetensors#format
 *
 *  @example F.pipe(decodeSafetensors(bytes), E.match(formatProblems, ({ entries }) => entries.map(({ name }) => name).join()))
 */
export const decodeSafetensors = (bytes: Uint8Array): E.Either<CheckpointError, SafetensorsContents> => {
  const problems = problemList()
  const header = readHeader(bytes, problems)
  if (header === null) return problems.orElse(() => emptyContents)
  const spans = header.tensors
    .flatMap(([name, value]) => readEntry(name, value, bytes.length - header.dataStart, problems) ?? [])
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  checkCoverage(spans, bytes.length - header.dataStart, spans.length === header.tensors.length, problems)
  return problems.orElse(() => ({
    entries: spans.flatMap((span) => copied(bytes, header.dataStart, span)),
    metadata: header.metadata,
  }))
}

const { prefixBytes, maxHeaderBytes, maxKeys, metadataKey, isWellFormed } = safetensorsFormat
const emptyContents: SafetensorsContents = { entries: [], metadata: {} }

interface Header {
  readonly dataStart: number
  readonly tensors: readonly (readonly [name: string, value: unknown])[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The header of a file.
 *
 *  @internal */
export const readHeader = (bytes: Uint8Array, problems: ProblemList): Header | null => {
  const refuse = (path: string, expected: string, found: string, fix = otherFile): null => {
    problems.add(checkpointProblem('Corrupt', { path, expected, found, fix }))
    return null
  }
  if (bytes.length < prefixBytes)
    return refuse(
      '(file)',
      `at least ${prefixBytes} bytes`,
      `${bytes.length}`,
      'the file is cut short; take another copy',
    )
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(maxHeaderBytes))
    return refuse('(header)', `a length of at most ${maxHeaderBytes} bytes`, `${length}`)
  const dataStart = prefixBytes + Number(length)
  if (dataStart > bytes.length)
    return refuse(
      '(header)',
      `${length} bytes as the file says`,
      `${bytes.length - prefixBytes}`,
      `${cutShort} or ${otherFile}`,
    )
  const text = E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(prefixBytes, dataStart)),
    () => 'other bytes',
  )
  if (E.isLeft(text)) return refuse('(header)', 'UTF-8 text', text.left)
  if (!text.right.startsWith('{'))
    return refuse('(header)', 'a JSON object that begins with {', shown(text.right.slice(0, 8)))
  const { depth, keys, duplicates, disguised } = scanHeader(text.right, { maxDepth, maxKeys })
  if (depth > maxDepth) return refuse('(header)', `at most ${maxDepth} levels of nesting`, 'more')
  if (keys > maxKeys) return refuse('(header)', `at most ${maxKeys} keys`, 'more', 'write several files')
  const json = E.tryCatch(
    (): unknown => JSON.parse(text.right),
    (cause) => shown(cause instanceof Error ? cause.message : cause),
  )
  if (E.isLeft(json)) return refuse('(header)', 'JSON', json.left)
  duplicates.forEach((path) =>
    refuse(path.join('.'), 'each key once', 'the key given twice', 'write the file with unique names'),
  )
  if (disguised !== null)
    refuse('(header)', 'numbers of digits alone', disguised, 'write the file anew with a current safetensors library')
  const fields = Object.entries(Object(json.right))
  return {
    dataStart,
    tensors: fields.filter(([name]) => name !== metadataKey),
    metadata: readMetadata(fields.find(([name]) => name === metadataKey)?.[1], problems),
  }
}

// The object, its entries, their arrays.
const maxDepth = 3
const cutShort = 'the file is cut short, take another copy'
const otherFile = 'check that this is a safetensors file'

// Without a prototype: `metadata.toString` of a file that does not have it is undefined, and `__proto__` a key like any
// other.
const readMetadata = (value: unknown, problems: ProblemList): Readonly<Record<string, string>> => {
  const notes: Record<string, string> = Object.create(null)
  if (value === undefined) return notes
  const refuse = (path: string, expected: string, found: unknown): void =>
    problems.add(
      checkpointProblem('Corrupt', {
        path,
        expected,
        found: shown(found),
        fix: 'write numbers and records as JSON text',
      }),
    )
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(metadataKey, 'a record of strings', value)
  else
    Object.entries(value).forEach(([key, note]: readonly [string, unknown]) => {
      if (typeof note !== 'string') refuse(`${metadataKey}.${key}`, 'a string', note)
      else if (!isWellFormed(key) || !isWellFormed(note)) refuse(`${metadataKey}.${key}`, 'well-formed Unicode', note)
      else notes[key] = note
    })
  return notes
}

/** The data must be covered once and wholly; holes and a rest are only certain when all offsets could be read.
 *
 *  @internal */
export const checkCoverage = (
  spans: readonly EntrySpan[],
  size: number,
  complete: boolean,
  problems: ProblemList,
): void => {
  const refuse = (path: string, expected: string, found: string): void =>
    problems.add(
      checkpointProblem('Corrupt', { path, expected, found, fix: 'write the file anew, with the data packed' }),
    )
  let covered = 0
  for (const { name, begin, end } of spans) {
    if (begin < covered) refuse(name, `data from byte ${covered} on`, `data at ${begin}, over that of another tensor`)
    else if (begin > covered && complete) refuse(name, `data from byte ${covered} on`, `data at ${begin}, after a hole`)
    covered = Math.max(covered, end)
  }
  if (covered < size && complete) refuse('(file)', `${covered} bytes of data`, `${size - covered} bytes more`)
}

// Bits, not numbers, byte by byte: any alignment and any machine, and NaN payloads survive.
const copied = (
  bytes: Uint8Array,
  dataStart: number,
  { name, dtype, shape, begin, end }: EntrySpan,
): readonly NamedArray[] => {
  if (dtype === null) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart + begin, end - begin)
  const words = new Uint32Array((end - begin) / 4)
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(4 * i, true)
  return [{ name, dtype, shape, data: dtype === 'F32' ? new Float32Array(words.buffer) : new Int32Array(words.buffer) }]
}
