/** @internal */

import { copyOf } from './copyOf.js'
import { fileOrder } from './fileOrder.js'
import type { NamedArrayDtype } from './NamedArray.js'

/** Numbers of parts of the bytes of a file that belong to the caller; all are views of one buffer, which is that of the
 *  bytes where they fill it. */
export const typedArraysOf = (
  bytes: Uint8Array,
): ((begin: number, end: number, dtype: NamedArrayDtype) => Float32Array | Int32Array) => {
  const { buffer } = fileOrder(bytes.length === bytes.buffer.byteLength ? bytes : copyOf(bytes))
  return (begin, end, dtype) =>
    dtype === 'F32'
      ? new Float32Array(buffer, begin, (end - begin) / 4)
      : new Int32Array(buffer, begin, (end - begin) / 4)
}
