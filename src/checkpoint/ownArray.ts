/** @internal */

import { wasmHeap } from './wasmHeap.js'

/** Numbers that may lie in a buffer beside others, for a tensor: in a buffer of their own where the backend holds the very
 *  array, since what the tensor gives is an array whose buffer may be sent elsewhere; wasm copies them at once. */
export const ownArray = <A extends Float32Array | Int32Array>(data: A): A =>
  // a slice is of the same kind
  data.byteLength === data.buffer.byteLength || wasmHeap() !== null ? data : (data.slice() as A)
