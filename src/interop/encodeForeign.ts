/** @internal */
import { safetensorsHead } from '../checkpoint/safetensorsHead.js'

/** A tensor as it is to stand in a file, its bytes in little-endian order. */
export interface WrittenTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
  readonly itemBytes: number
}

/** A safetensors file of tensors of any dtype: the widest first, so that all are aligned, then by name.
 *
 *  @throws as `safetensorsHead`. */
export const encodeForeign = (
  where: string,
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const sorted = tensors.toSorted((a, b) => b.itemBytes - a.itemBytes || (a.name < b.name ? -1 : 1))
  const head = safetensorsHead(
    where,
    sorted.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes: bytes.length })),
    metadata,
  )
  const file = new Uint8Array(sorted.reduce((end, { bytes }) => end + bytes.length, head.length))
  file.set(head)
  let at = head.length
  for (const { bytes } of sorted) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}
