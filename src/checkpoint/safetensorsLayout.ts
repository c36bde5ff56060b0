/** @internal */

import { shown } from '../scalars/shown.js'
import type { NamedArray } from './NamedArray.js'
import { safetensorsFormat } from './safetensorsFormat.js'

/** A tensor as a header tells of it. */
export type TensorSpec = Omit<NamedArray, 'data'>

/** A file without its data. */
export interface SafetensorsLayout<T> {
  /** Its length and its header. */
  readonly head: Uint8Array
  /** The tensors in the order of their data, which follow the head without gaps. */
  readonly sorted: readonly T[]
  /** Bytes of the whole file. */
  readonly length: number
}

/** Where everything stands in a file, before there is any data; throws as `encodeSafetensors`, which see. `dataFaults`
 *  says what else is wrong with a tensor whose dtype and shape are right. */
export const safetensorsLayout = <T extends TensorSpec>(
  entries: readonly T[],
  metadata: Readonly<Record<string, string>>,
  dataFaults: (entry: T) => readonly string[] = () => [],
): SafetensorsLayout<T> => {
  const faults = [
    ...nameFaults(entries),
    ...entries.flatMap((entry) => {
      const own = specFaults(entry)
      return own.length > 0 ? own : dataFaults(entry)
    }),
    ...metadataFaults(metadata),
  ]
  if (faults.length > 0) throw new TypeError(`encodeSafetensors: ${faults.join('; ')}`)
  const keys = 1 + Object.keys(metadata).length + keysPerTensor * entries.length
  if (keys > maxKeys)
    throw new RangeError(
      `encodeSafetensors: ${entries.length} tensors are too many to be read back; write several files`,
    )
  const sorted = entries.toSorted(byDtypeThenName)
  const text = new TextEncoder().encode(headerText(sorted, metadata))
  const headerBytes = Math.ceil(text.length / alignment) * alignment
  if (headerBytes > maxHeaderBytes)
    throw new RangeError(
      `encodeSafetensors: the header takes ${headerBytes} bytes, at most ${maxHeaderBytes} can be read back; ` +
        'shorten the names or the metadata, or write several files',
    )
  const head = new Uint8Array(prefixBytes + headerBytes).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true)
  head.set(text, prefixBytes)
  return { head, sorted, length: sorted.reduce((end, { shape }) => end + bytesOf(shape), head.length) }
}

/** Bytes of the data of a tensor. */
const bytesOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 4)

const { prefixBytes, maxHeaderBytes, maxKeys, keysPerTensor, alignment, metadataKey, isWellFormed } = safetensorsFormat

const byDtypeThenName = (a: TensorSpec, b: TensorSpec): number =>
  compare(a.dtype, b.dtype) === 0 ? compare(a.name, b.name) : compare(a.dtype, b.dtype)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

// Written piece by piece: an object would move integer-like names to the front and swallow `__proto__`.
const headerText = (sorted: readonly TensorSpec[], metadata: Readonly<Record<string, string>>): string => {
  const keys = Object.keys(metadata).toSorted(compare)
  const notes = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  let end = 0
  const tensors = sorted.map(({ name, dtype, shape }) => {
    const begin = end
    end = begin + bytesOf(shape)
    return `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`
  })
  return `{${[...(keys.length === 0 ? [] : [`"${metadataKey}":{${notes.join(',')}}`]), ...tensors].join(',')}}`
}

const nameFaults = (entries: readonly TensorSpec[]): readonly string[] => {
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

const specFaults = ({ name, dtype, shape }: TensorSpec): readonly string[] =>
  dtype !== 'F32' && dtype !== 'I32'
    ? [`${JSON.stringify(name)} has dtype ${shown(dtype)}, only F32 and I32 can be written; convert it`]
    : shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)
      ? []
      : [`${JSON.stringify(name)} has shape [${shape.join(',')}], expected whole numbers ≥ 0`]

const metadataFaults = (metadata: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(metadata).flatMap(([key, value]: readonly [string, unknown]) =>
    typeof value !== 'string'
      ? [`metadata ${JSON.stringify(key)} is ${typeof value}, expected a string; use JSON.stringify`]
      : isWellFormed(key) && isWellFormed(value)
        ? []
        : [`metadata ${JSON.stringify(key)} holds half a surrogate pair; use JSON.stringify`],
  )
