/** @internal */

import { copyOf } from './copyOf.js'
import { fileOrder } from './fileOrder.js'
import type { NamedArrayDtype } from './NamedArray.js'

/** Numbers of the bytes of a file that belong to the caller; they are not copied where they lie at the beginning of
 *  their buffer and fill it. */
export const typedArrayOf = (bytes: Uint8Array, dtype: NamedArrayDtype): Float32Array | Int32Array => {
  const own = bytes.length === bytes.buffer.byteLength ? bytes : copyOf(bytes)
  const { buffer } = fileOrder(own)
  return dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer)
}
