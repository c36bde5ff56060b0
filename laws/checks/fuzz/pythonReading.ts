import { type Json, jsonOf } from './json.js'

/** A file as Python's safetensors reads it. */
export interface PythonReading {
  readonly metadata: Readonly<Record<string, string>>
  /** Each tensor: its name, dtype, shape, and the hexadecimal digits of its bytes. */
  readonly tensors: readonly (readonly [name: string, dtype: string, shape: readonly number[], bytes: string])[]
}

/** Why a file that Python reads may be refused here: the table of `decodeSafetensors`. */
export type Difference =
  | 'a tensor or a note given twice'
  | "a tensor's entry as a list"
  | 'other dtypes than F32 and I32'
  | 'sizes from 2⁵³ on'
  | 'unknown fields more than one level deep'
  | 'unknown fields with whole numbers that are not of digits alone'

export interface Read {
  readonly reading: PythonReading
  readonly differences: ReadonlySet<Difference>
}

/** The reading rules of Python's safetensors (its Rust reader), written down once more; null where it refuses. */
export const pythonReading = (bytes: Uint8Array): Read | null => {
  if (bytes.length < 8) return null
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (headerBytes > 100_000_000n || 8n + headerBytes > BigInt(bytes.length)) return null
  const dataStart = 8 + Number(headerBytes)
  const header = jsonOf(utf8(bytes.subarray(8, dataStart)) ?? '')
  if (header?.kind !== 'object') return null
  const differences = new Set<Difference>()
  const tensors = new Map<string, Tensor>()
  let metadata: ReadonlyMap<string, string> | null = null
  for (const [key, value] of header.entries)
    if (key === '__metadata__') {
      if (metadata !== null) return null
      metadata = notesOf(value, differences)
      if (metadata === null) return null
    } else {
      const tensor = tensorOf(value, differences)
      if (tensor === null) return null
      if (tensors.has(key)) differences.add('a tensor or a note given twice')
      tensors.set(key, tensor)
    }
  const last = [...tensors.values()]
  if (!last.every(isSound) || !covered(last, BigInt(bytes.length - dataStart))) return null
  return {
    differences,
    reading: {
      metadata: Object.fromEntries(metadata ?? []),
      tensors: [...tensors].map(([name, { dtype, shape, begin, end }]) => [
        name,
        dtype,
        shape.map(Number),
        Buffer.from(bytes.subarray(dataStart + Number(begin), dataStart + Number(end))).toString('hex'),
      ]),
    },
  }
}

interface Tensor {
  readonly dtype: string
  readonly shape: readonly bigint[]
  readonly begin: bigint
  readonly end: bigint
}

const utf8 = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const notesOf = (value: Json, differences: Set<Difference>): ReadonlyMap<string, string> | null => {
  const notes = new Map<string, string>()
  if (value.kind === 'word' && value.word === 'null') return notes
  if (value.kind !== 'object') return null
  for (const [key, note] of value.entries) {
    if (note.kind !== 'text') return null
    if (notes.has(key)) differences.add('a tensor or a note given twice')
    notes.set(key, note.text)
  }
  return notes
}

const fieldNames = ['dtype', 'shape', 'data_offsets'] as const

const tensorOf = (value: Json, differences: Set<Difference>): Tensor | null => {
  const fields = new Map<string, Json>()
  if (value.kind === 'list') {
    if (value.items.length !== 3) return null
    differences.add("a tensor's entry as a list")
    fieldNames.forEach((name, i) => {
      const item = value.items[i]
      if (item !== undefined) fields.set(name, item)
    })
  } else if (value.kind === 'object') {
    const given = new Set<string>()
    for (const [key, field] of value.entries) {
      if (!fieldNames.some((name) => name === key)) {
        passedOver(field, 0, differences)
        if (given.has(key)) differences.add('a tensor or a note given twice')
      } else if (given.has(key)) return null
      else fields.set(key, field)
      given.add(key)
    }
  } else return null
  const [dtype, shape, offsets] = fieldNames.map((name) => fields.get(name))
  const dims = sizesOf(shape)
  const [begin, end, ...more] = sizesOf(offsets) ?? []
  if (dtype?.kind !== 'text' || !itemBits.has(dtype.text) || dims === null) return null
  if (begin === undefined || end === undefined || more.length > 0) return null
  if (dtype.text !== 'F32' && dtype.text !== 'I32') differences.add('other dtypes than F32 and I32')
  // here elements are counted in bytes, there in bits
  if ([begin, end, ...dims].some((one) => one >= 2n ** 53n) || tooLarge(dims)) differences.add('sizes from 2⁵³ on')
  return { dtype: dtype.text, shape: dims, begin, end }
}

/** Its bytes are as many as its shape says. Of an entry that is given twice only the last is asked. */
const isSound = ({ dtype, shape, begin, end }: Tensor): boolean => {
  let size = 1n
  for (const one of [...shape, itemBits.get(dtype) ?? 8n]) {
    size *= one
    if (size >= 2n ** 64n) return false
  }
  return size % 8n === 0n && end >= begin && end - begin === size / 8n
}

const tooLarge = (dims: readonly bigint[]): boolean => {
  let size = 4n
  let large = false
  for (const dim of dims) {
    size *= dim
    large ||= size >= 2n ** 53n
  }
  return large
}

const sizesOf = (value: Json | undefined): readonly bigint[] | null => {
  if (value?.kind !== 'list') return null
  const all: bigint[] = []
  for (const item of value.items) {
    if (item.kind !== 'number' || !/^\d+$/.test(item.digits) || BigInt(item.digits) >= 2n ** 64n) return null
    all.push(BigInt(item.digits))
  }
  return all
}

const passedOver = (value: Json, level: number, differences: Set<Difference>): void => {
  if (value.kind === 'number' && !/^\d+$/.test(value.digits) && Number.isSafeInteger(Number(value.digits)))
    differences.add('unknown fields with whole numbers that are not of digits alone')
  const inner =
    value.kind === 'list' ? value.items : value.kind === 'object' ? value.entries.map(([, one]) => one) : null
  if (inner === null) return
  if (level > 0) differences.add('unknown fields more than one level deep')
  if (value.kind === 'object' && new Set(value.entries.map(([key]) => key)).size < value.entries.length)
    differences.add('a tensor or a note given twice')
  for (const one of inner) passedOver(one, level + 1, differences)
}

/** No hole, no overlap, no rest. */
const covered = (tensors: readonly Tensor[], size: bigint): boolean => {
  let at = 0n
  for (const { begin, end } of tensors.toSorted((a, b) => Number(a.begin - b.begin) || Number(a.end - b.end))) {
    if (begin !== at) return false
    at = end
  }
  return at === size
}

const bits = (of: readonly string[], each: bigint) => of.map((dtype) => [dtype, each] as const)
const itemBits: ReadonlyMap<string, bigint> = new Map([
  ...bits(['F4'], 4n),
  ...bits(['F6_E2M3', 'F6_E3M2'], 6n),
  ...bits(['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'], 8n),
  ...bits(['I16', 'U16', 'F16', 'BF16'], 16n),
  ...bits(['I32', 'U32', 'F32'], 32n),
  ...bits(['C64', 'F64', 'I64', 'U64'], 64n),
])
