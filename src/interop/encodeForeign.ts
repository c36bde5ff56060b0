/** @internal */

/** A tensor as it is to stand in a file, its bytes in little-endian order. */
export interface WrittenTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
  readonly itemBytes: number
}

/** A safetensors file of tensors of any dtype: the widest first, so that all are aligned, then by name. */
export const encodeForeign = (
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const sorted = tensors.toSorted((a, b) => b.itemBytes - a.itemBytes || (a.name < b.name ? -1 : 1))
  let end = 0
  // Written piece by piece: an object would move integer-like names to the front and swallow `__proto__`.
  const entries = sorted.map(({ name, dtype, shape, bytes }) => {
    const begin = end
    end += bytes.length
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`
  })
  const notes = Object.entries(metadata).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  const text = `{${[...(notes.length === 0 ? [] : [`"__metadata__":{${notes.join(',')}}`]), ...entries].join(',')}}`
  const header = new TextEncoder().encode(text)
  const start = 8 + Math.ceil(header.length / 8) * 8
  const file = new Uint8Array(start + end).fill(0x20, 8, start)
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true)
  file.set(header, 8)
  let at = start
  for (const { bytes } of sorted) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}
