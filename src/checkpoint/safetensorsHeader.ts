/** @internal */

import { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { plainHeader } from './plainHeader.js'
import { problemList, type ProblemList } from './problemList.js'
import { readEntry, type EntrySpan, type TensorSpan } from './readEntry.js'
import { safetensorsFormat } from './safetensorsFormat.js'
import { scanHeader } from './scanHeader.js'

/** What the beginning of a file says. */
export interface SafetensorsHeader {
  /** Where the data begins in the file. */
  readonly dataStart: number
  /** The tensors in the order of their data. */
  readonly spans: readonly TensorSpan[]
  readonly metadata: Readonly<Record<string, string>>
}

/** How large a header may be. */
export interface HeaderOptions {
  /** The largest header that is looked at, in bytes; other libraries write up to 100,000,000.
   *
   *  @defaultValue 25,000,000 */
  readonly maxHeaderBytes?: number
}

/** The header of a file of so many bytes, of which the beginning is there, and everything that is wrong with it. */
export const safetensorsHeader = (
  beginning: Uint8Array,
  fileBytes: number,
  options: HeaderOptions = {},
): E.Either<CheckpointError, SafetensorsHeader> => {
  const problems = problemList()
  const written = headerText(beginning, fileBytes, options, problems)
  if (written === null) return problems.orElse(() => emptyHeader)
  const { dataStart, text } = written
  const plain = plainHeader(text, fileBytes - dataStart)
  const header = parsedHeader(plain?.rest ?? text, options, problems)
  if (header === null) return problems.orElse(() => emptyHeader)
  const { tensors, metadata } = header
  if (plain !== null) return problems.orElse(() => ({ dataStart, spans: plain.spans, metadata }))
  const spans = tensors
    // what is wrong in an entry is among the problems
    .flatMap(([name, value]) => readEntry(name, value, fileBytes - dataStart, problems) ?? [])
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  checkCoverage(spans, fileBytes - dataStart, spans.length === tensors.length, problems)
  return problems.orElse(() => ({
    dataStart,
    // another dtype is a problem
    spans: spans.flatMap((span) => (span.dtype === null ? [] : [{ ...span, dtype: span.dtype }])),
    metadata,
  }))
}

const { prefixBytes, maxHeaderBytes: usualBytes, maxKeys: usualKeys, metadataKey, isWellFormed } = safetensorsFormat
const emptyHeader: SafetensorsHeader = { dataStart: 0, spans: [], metadata: {} }

interface HeaderText {
  readonly dataStart: number
  readonly text: string
}

interface ParsedHeader {
  readonly tensors: readonly (readonly [name: string, value: unknown])[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The header of a file.
 *
 *  @internal */
export const readHeader = (
  bytes: Uint8Array,
  fileBytes: number,
  options: HeaderOptions,
  problems: ProblemList,
): (Pick<HeaderText, 'dataStart'> & ParsedHeader) | null => {
  const written = headerText(bytes, fileBytes, options, problems)
  const parsed = written === null ? null : parsedHeader(written.text, options, problems)
  return written === null || parsed === null ? null : { dataStart: written.dataStart, ...parsed }
}

const refused =
  (problems: ProblemList) =>
  (path: string, expected: string, found: string, fix = otherFile): null => {
    problems.add(checkpointProblem('Corrupt', { path, expected, found, fix }))
    return null
  }

/** The text of the header, and where it ends. */
const headerText = (
  bytes: Uint8Array,
  fileBytes: number,
  { maxHeaderBytes = usualBytes }: HeaderOptions,
  problems: ProblemList,
): HeaderText | null => {
  const refuse = refused(problems)
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
  if (dataStart > fileBytes)
    return refuse(
      '(header)',
      `${length} bytes as the file says`,
      `${fileBytes - prefixBytes}`,
      `${cutShort} or ${otherFile}`,
    )
  const text = E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(prefixBytes, dataStart)),
    () => 'other bytes',
  )
  return E.isLeft(text) ? refuse('(header)', 'UTF-8 text', text.left) : { dataStart, text: text.right }
}

const parsedHeader = (
  text: string,
  { maxHeaderBytes = usualBytes }: HeaderOptions,
  problems: ProblemList,
): ParsedHeader | null => {
  const refuse = refused(problems)
  if (!/^[ \t\n\r]*\{/.test(text))
    return refuse('(header)', 'a JSON object that begins with {', shown(text.slice(0, 8)))
  const maxKeys = Math.ceil(usualKeys * Math.max(1, maxHeaderBytes / usualBytes))
  const { depth, keys, duplicates, disguised } = scanHeader(text, { maxDepth, maxKeys })
  if (depth > maxDepth) return refuse('(header)', `at most ${maxDepth} levels of nesting`, 'more')
  if (keys > maxKeys) return refuse('(header)', `at most ${maxKeys} keys`, 'more', 'write several files')
  const json = E.tryCatch(
    (): unknown => JSON.parse(text),
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
  // other writers say null where there are none
  if (value === undefined || value === null) return notes
  const refuse = (path: string, expected: string, found: unknown): void =>
    problems.add(
      checkpointProblem('Corrupt', {
        path,
        expected,
        found: shown(found),
        fix: 'write numbers and records as JSON text',
      }),
    )
  if (typeof value !== 'object' || Array.isArray(value)) refuse(metadataKey, 'a record of strings', value)
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
