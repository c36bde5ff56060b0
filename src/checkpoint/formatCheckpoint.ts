import { checkFields } from '../scalars/checkFields.js'
import { nth } from '../scalars/nth.js'
import { must } from '../scalars/must.js'
import { exactNumber } from '../scalars/exactNumber.js'
import { described } from '../transformation/describe.js'
import type { Description } from '../transformation/Description.js'
import type { DescribedCheckpoint, DescribedTensor } from './DescribedCheckpoint.js'

/**
 * A described checkpoint as text for a terminal: its size, the optimizer part by part, a table of tensors with each slot
 * under its parameter, the numbers, the record and what is wrong with it. What a file says of itself cannot steer the
 * terminal: characters that are not printed are escaped.
 *
 *  @example console.log(formatCheckpoint(await describeCheckpoint({ store, name: 'last' })))
 */
export const formatCheckpoint = (checkpoint: DescribedCheckpoint): string => {
  checkFields(
    'formatCheckpoint: checkpoint',
    checkpoint,
    { bytes: 'number', optimizer: 'unknown', tensors: 'array', numbers: 'object', record: 'object', warnings: 'array' },
    'Pass what describeCheckpoint returns.',
  )
  const { bytes, format, swapped, optimizer, tensors, numbers, record, warnings } = checkpoint
  return [
    [
      `${count(bytes)} bytes`,
      format === null ? 'not written by save' : `format ${format}`,
      ...(swapped ? ['swapped'] : []),
    ].join(', '),
    ...section('optimizer', optimizer === null ? [] : partsOf(optimizer, '')),
    ...section(`tensors: ${count(tensors.length)}`, columns([['', 'shape', 'dtype', 'bytes'], ...tensors.map(rowOf)])),
    ...section('numbers', columns(Object.entries(numbers).map(([path, x]) => [path, String(exactNumber.encode(x))]))),
    ...section('record', columns(Object.entries(record).map(([key, value]) => [key, recorded(value)]))),
    ...section(
      'warnings',
      warnings.map(({ message }) => message),
    ),
  ]
    .map(printable)
    .join('\n')
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

const partsOf = ({ name, options, parts }: Description, indent: string): readonly string[] => [
  `${indent}${described({ name, options, parts: [] })}`,
  ...parts.flatMap((part) => partsOf(part, `${indent}  `)),
]

const rowOf = ({ name, slot, parameter, shape, dtype, bytes }: DescribedTensor): readonly string[] => [
  slot === null ? name : parameter === null ? `(whole tree) ${slot}` : `  ${slot}`,
  `[${shape.join(', ')}]`,
  dtype,
  count(bytes),
]

/** Columns as wide as their widest cell, but for the last. */
const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const cells = rows.map((row) => row.map(printable))
  // no rows, no columns
  const widths = (cells[0] ?? []).map((_, i) => cells.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), 0))
  return cells.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(nth(widths, i))))
      .join('  ')
      .trimEnd(),
  )
}

// The infinities, NaN and −0 have no word in JSON, and are told as they are.
const recorded = (value: unknown): string =>
  JSON.stringify(value, (_key, x: unknown) => (typeof x === 'number' ? exactNumber.encode(x) : x))

const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (c) => `\\u${must(c.codePointAt(0), 'code of a letter').toString(16).padStart(4, '0')}`,
  )
