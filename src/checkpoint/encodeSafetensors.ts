import { sizeOf } from '../tree/sizeOf.js'
import { checkFields } from '../scalars/checkFields.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import { fileOrder } from './fileOrder.js'
import type { NamedArray } from './NamedArray.js'
import { safetensorsLayout } from './safetensorsLayout.js'

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
  if (!Array.isArray(entries)) throw wrongArgument('encodeSafetensors: entries', 'an array', entries, example)
  for (const [i, entry] of entries.entries())
    checkFields(`encodeSafetensors: entry ${i}`, entry, { name: 'string', shape: 'array' }, example)
  checkFields('encodeSafetensors: metadata', metadata, {}, "Pass e.g. { format: 'pt' }.")
  const { head, sorted, length } = safetensorsLayout(entries, metadata, dataFaults)
  const file = new Uint8Array(length)
  file.set(head)
  let offset = head.length
  for (const { data } of sorted) {
    file.set(fileOrder(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)), offset)
    offset += data.byteLength
  }
  return file
}

const example = "Pass e.g. [{ name: 'w', dtype: 'F32', shape: [2], data: new Float32Array(2) }]."

const dataFaults = ({ name, dtype, shape, data }: NamedArray): readonly string[] => {
  const where = JSON.stringify(name)
  const type = dtype === 'F32' ? Float32Array : Int32Array
  if (!(data instanceof type)) return [`${where} has dtype ${dtype}, so its data must be a ${type.name}; convert it`]
  const size = sizeOf(shape)
  return size === data.length
    ? []
    : [`${where} has shape [${shape.join(',')}] = ${size} elements, but ${data.length} values`]
}
