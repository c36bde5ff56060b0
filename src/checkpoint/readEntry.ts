/** Inside the room. @internal */

import { shown } from '../scalars/shown.js'
import { checkpointProblem } from './CheckpointError.js'
import type { NamedArrayDtype } from './NamedArray.js'
import type { ProblemList } from './problemList.js'
import { safetensorsFormat } from './safetensorsFormat.js'

/** Where one tensor's data lies, counted from the start of the data; `dtype` is null where it cannot be read here. */
export interface EntrySpan {
  readonly name: string
  readonly dtype: NamedArrayDtype | null
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** Where the data of a tensor lies that can be read here. */
export interface TensorSpan extends EntrySpan {
  readonly dtype: NamedArrayDtype
}

/** One tensor's entry of a header, checked alone; adds every problem to the list, gives null when its place is not
 *  known. */
export const readEntry = (name: string, value: unknown, dataBytes: number, problems: ProblemList): EntrySpan | null => {
  const refuse = (part: string, expected: string, found: string, fix: string): null => {
    problems.add(checkpointProblem('Corrupt', { path: `${name}${part}`, expected, found, fix }))
    return null
  }
  if (!safetensorsFormat.isWellFormed(name))
    refuse('', 'a name of well-formed Unicode', 'half a surrogate pair', 'rename the tensor')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('', 'a record { dtype, shape, data_offsets }', shown(value), repack)
  const fields = new Map<string, unknown>(Object.entries(value))
  for (const [key, field] of fields)
    if (!known.has(key) && !isReadableJson(field))
      refuse(`.${key}`, 'a field that other readers can pass over', 'a number or a text that is none', repack)
  const itemBytes = readDtype(name, fields.get('dtype'), problems)
  const shape = readShape(fields.get('shape'), refuse)
  const span = readOffsets(fields.get('data_offsets'), dataBytes, refuse)
  if (span === null) return null
  const [begin, end] = span
  const bytes = itemBytes === null || shape === null ? null : sizeOf(shape, itemBytes)
  if (Number.isNaN(bytes)) refuse('.shape', 'a size that can be counted exactly', shown(shape), repack)
  else if (bytes !== null && bytes !== end - begin)
    refuse(
      '.data_offsets',
      `${bytes} bytes for shape ${shown(shape)} of ${shown(fields.get('dtype'))}`,
      `${end - begin}`,
      repack,
    )
  return { name, dtype: dtypeOf(fields.get('dtype')), shape: shape ?? [], begin, end } // a wrong shape has been told
}

/** Python's reader refuses numbers that overflow and half surrogate pairs also in what it passes over. */
const isReadableJson = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string'
      ? safetensorsFormat.isWellFormed(value)
      : typeof value !== 'object' ||
        value === null ||
        Object.entries(value).every(([key, item]) => safetensorsFormat.isWellFormed(key) && isReadableJson(item))

type Refuse = (part: string, expected: string, found: string, fix: string) => null

const repack = 'write the file anew with a current safetensors library'
const known: ReadonlySet<string> = new Set(['dtype', 'shape', 'data_offsets'])
const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && !Object.is(value, -0)
const dtypeOf = (value: unknown): NamedArrayDtype | null => (value === 'F32' || value === 'I32' ? value : null)

/** Bytes of an element of each dtype of the format that has whole bytes. */
const itemSizes: ReadonlyMap<unknown, number> = new Map([
  ...['F32', 'I32', 'U32'].map((dtype) => [dtype, 4] as const),
  ...['F64', 'I64', 'U64', 'C64'].map((dtype) => [dtype, 8] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((dtype) => [dtype, 2] as const),
  ...['U8', 'I8', 'BOOL', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0'].map((dtype) => [dtype, 1] as const),
])

const readDtype = (name: string, dtype: unknown, problems: ProblemList): number | null => {
  const itemBytes = itemSizes.get(dtype) ?? null
  if (dtypeOf(dtype) === null)
    problems.add(
      checkpointProblem(typeof dtype === 'string' ? 'Unsupported' : 'Corrupt', {
        path: `${name}.dtype`,
        expected: 'F32 or I32',
        found:
          dtype === undefined ? 'nothing' : itemBytes === null ? `${shown(dtype)}, which is unknown` : shown(dtype),
        fix: 'convert the tensor to float32 or int32 before saving it (PyTorch: tensor.float(), tensor.int())',
      }),
    )
  return itemBytes
}

const readShape = (shape: unknown, refuse: Refuse): readonly number[] | null => {
  if (!Array.isArray(shape))
    return refuse('.shape', 'a list of whole numbers', shape === undefined ? 'nothing' : shown(shape), repack)
  if (shape.every(isSize)) return shape
  let wrong = 0
  shape.forEach((dim: unknown, i) => {
    if (!isSize(dim) && ++wrong <= mostDims)
      refuse(`.shape[${i}]`, 'a whole number from 0 to 2^53 - 1', shown(dim), repack)
  })
  if (wrong > mostDims) refuse('.shape', 'whole numbers', `${wrong - mostDims} more that are none`, repack)
  return null
}

// A hostile shape may hold millions.
const mostDims = 16

const readOffsets = (offsets: unknown, dataBytes: number, refuse: Refuse): readonly [number, number] | null => {
  const part = '.data_offsets'
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    return refuse(part, 'two whole numbers [begin, end]', offsets === undefined ? 'nothing' : shown(offsets), repack)
  const [begin = 0, end = 0] = offsets
  if (begin > end) return refuse(part, 'begin ≤ end', shown(offsets), repack)
  if (end > dataBytes)
    return refuse(
      part,
      `an end within the ${dataBytes} bytes of data`,
      `${end}`,
      'the file is cut short; take another copy',
    )
  return [begin, end]
}

/** NaN when the product cannot be counted exactly on the way, even if a later 0 makes it 0: other readers overflow
 *  there. */
const sizeOf = (shape: readonly number[], itemBytes: number): number =>
  [...shape, itemBytes].reduce((size, dim) => (size * dim <= Number.MAX_SAFE_INTEGER ? size * dim : Number.NaN), 1)
