/** @internal */

import { safetensorsFormat } from './safetensorsFormat.js'

/** A tensor as a header tells of it, of whatever dtype. */
export interface HeadEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** Bytes of its data, which follow those of the tensor before it. */
  readonly bytes: number
}

/** The length and the header of a file of tensors in the order of their data.
 *
 *  @throws `TypeError` with every name and note that no reader takes, and the `faults` that the caller knows of;
 *    `RangeError` where the header grows past what the reader accepts. */
export const safetensorsHead = (
  where: string,
  entries: readonly HeadEntry[],
  metadata: Readonly<Record<string, string>>,
  faults: readonly string[] = [],
): Uint8Array => {
  const all = [...nameFaults(entries), ...faults, ...metadataFaults(metadata)]
  if (all.length > 0) throw new TypeError(`${where}: ${all.join('; ')}`)
  const keys = 1 + Object.keys(metadata).length + keysPerTensor * entries.length
  if (keys > maxKeys)
    throw new RangeError(`${where}: ${entries.length} tensors are too many to be read back; write several files`)
  const text = new TextEncoder().encode(headerText(entries, metadata))
  const headerBytes = Math.ceil(text.length / alignment) * alignment
  if (headerBytes > maxHeaderBytes)
    throw new RangeError(
      `${where}: the header takes ${headerBytes} bytes, at most ${maxHeaderBytes} can be read back; ` +
        'shorten the names or the metadata, or write several files',
    )
  const head = new Uint8Array(prefixBytes + headerBytes).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true)
  head.set(text, prefixBytes)
  return head
}

const { prefixBytes, maxHeaderBytes, maxKeys, keysPerTensor, alignment, metadataKey, isWellFormed } = safetensorsFormat

// Written piece by piece: an object would move integer-like names to the front and swallow `__proto__`.
const headerText = (entries: readonly HeadEntry[], metadata: Readonly<Record<string, string>>): string => {
  const keys = Object.keys(metadata).toSorted()
  const notes = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  let end = 0
  const tensors = entries.map(({ name, dtype, shape, bytes }) => {
    const begin = end
    end += bytes
    return `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`
  })
  return `{${[...(keys.length === 0 ? [] : [`"${metadataKey}":{${notes.join(',')}}`]), ...tensors].join(',')}}`
}

const nameFaults = (entries: readonly HeadEntry[]): readonly string[] => {
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

const metadataFaults = (metadata: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(metadata).flatMap(([key, value]: readonly [string, unknown]) =>
    typeof value !== 'string'
      ? [`metadata ${JSON.stringify(key)} is ${typeof value}, expected a string; use JSON.stringify`]
      : isWellFormed(key) && isWellFormed(value)
        ? []
        : [`metadata ${JSON.stringify(key)} holds half a surrogate pair; use JSON.stringify`],
  )
