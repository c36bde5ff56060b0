import { shown } from '../scalars/shown.js'
import type { NamedArray } from './NamedArray.js'
import { safetensorsFormat } from './safetensorsFormat.js'

/**
 * Tensors and metadata as the bytes of one safetensors file.
 *
 *  ```text
 *  file = length of header (8 bytes, little-endian) · header (JSON, padded with spaces to 8) · data (little-endian)
 *  ```
 *
 * The same entries in any order give the same bytes: float32 before int32, then by name, as the Rust writer orders
 * them.
 *
 * Throws `TypeError` listing every entry with a duplicate, reserved or ill-formed name, and every one whose shape,
 * dtype and data disagree; `RangeError` if the header grows past what the reader accepts.
 *
 *  @laws `decodeSafetensors(encodeSafetensors(entries, metadata))` gives both back bit for bit; inputs are not changed.
 *
 *  @reference https://github.com/huggingface/safetensors#format
 *
 *  @example encodeSafetensors([{ name: 'w', dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) }], { format: '1' })
 */
export const encodeSafetensors = (
  entries: readonly NamedArray[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> => {
  const faults = [...nameFaults(entries), ...entries.flatMap(shapeFaults), ...metadataFaults(metadata)]
  if (faults.length > 0) throw new TypeError(`encodeSafetensors: ${faults.join('; ')}`)
  const keys = 1 + Object.keys(metadata).length + keysPerTensor * entries.length
  if (keys > maxKeys)
    throw new RangeError(
      `encodeSafetensors: ${entries.length} tensors are too many to be read back; write several files`,
    )
  const sorted = entries.toSorted(byDtypeThenName)
  const header = padded(new TextEncoder().encode(headerText(sorted, metadata)))
  if (header.length > maxHeaderBytes)
    throw new RangeError(
      `encodeSafetensors: the header takes ${header.length} bytes, at most ${maxHeaderBytes} can be read back; ` +
        'shorten the names or the metadata, or write several files',
    )
  const start = prefixBytes + header.length
  const file = new Uint8Array(sorted.reduce((end, { data }) => end + data.byteLength, start))
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  file.set(header, prefixBytes)
  let offset = start
  for (const { data } of sorted) {
    writeWords(view, offset, data)
    offset += data.byteLength
  }
  return file
}

const { prefixBytes, maxHeaderBytes, maxKeys, keysPerTensor, alignment, metadataKey, isWellFormed } = safetensorsFormat

const byDtypeThenName = (a: NamedArray, b: NamedArray): number =>
  compare(a.dtype, b.dtype) === 0 ? compare(a.name, b.name) : compare(a.dtype, b.dtype)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

// Written piece by piece: an object would move integer-like names to the front and swallow `__proto__`.
const headerText = (sorted: readonly NamedArray[], metadata: Readonly<Record<string, string>>): string => {
  const keys = Object.keys(metadata).toSorted(compare)
  const notes = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  let end = 0
  const tensors = sorted.map(({ name, dtype, shape, data }) => {
    const begin = end
    end = begin + data.byteLength
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`
  })
  return `{${[...(keys.length === 0 ? [] : [`"${metadataKey}":{${notes.join(',')}}`]), ...tensors].join(',')}}`
}

const padded = (header: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(header.length / alignment) * alignment).fill(0x20)
  whole.set(header)
  return whole
}

// Bits, not numbers: NaN payloads survive, and the order of bytes is the same on any machine.
const writeWords = (view: DataView, offset: number, data: Float32Array | Int32Array): void => {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length)
  words.forEach((word, i) => view.setUint32(offset + 4 * i, word, true))
}

const nameFaults = (entries: readonly NamedArray[]): readonly string[] => {
  const seen = new Set<string>()
  return entries.flatMap(({ name }) => {
    const again = seen.has(name)
    seen.add(name)
    return [
      ...(again ? [`two tensors are named ${JSON.stringify(name)}; give each its own name`] : []),
      ...(name === metadataKey ? [`${metadataKey} is reserved by the format; rename the tensor`] : []),
      ...(isWellFormed(name)
        ? []
        : [`the name ${JSON.stringify(name)} holds half a surrogate pair; rename the tensor`]),
    ]
  })
}

const shapeFaults = ({ name, dtype, shape, data }: NamedArray): readonly string[] => {
  const where = JSON.stringify(name)
  const type = dtype === 'F32' ? Float32Array : dtype === 'I32' ? Int32Array : undefined
  if (type === undefined) return [`${where} has dtype ${shown(dtype)}, only F32 and I32 can be written; convert it`]
  if (!(data instanceof type)) return [`${where} has dtype ${dtype}, so its data must be a ${type.name}; convert it`]
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    return [`${where} has shape [${shape.join(',')}], expected whole numbers ≥ 0`]
  const size = shape.reduce((product, dim) => product * dim, 1)
  return size === data.length
    ? []
    : [`${where} has shape [${shape.join(',')}] = ${size} elements, but ${data.length} values`]
}

const metadataFaults = (metadata: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(metadata).flatMap(([key, value]: readonly [string, unknown]) =>
    typeof value !== 'string'
      ? [`metadata ${JSON.stringify(key)} is ${typeof value}, expected a string; use JSON.stringify`]
      : isWellFormed(key) && isWellFormed(value)
        ? []
        : [`metadata ${JSON.stringify(key)} holds half a surrogate pair; use JSON.stringify`],
  )
