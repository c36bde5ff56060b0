/** @internal */

import type * as tf from '@tensorflow/tfjs-core'
import { wasmHeap } from './wasmHeap.js'

/** How a part of a tensor's numbers is copied into some bytes, without the rest of it and without a wait; null where its
 *  backend cannot.
 *
 *  (On wasm `tf.slice` would copy the whole tensor for each part, and `readSync` makes a new array each time.) */
export const readParts = ({ dataId }: tf.Tensor): ((begin: number, into: Uint8Array) => void) | null => {
  const heap = wasmHeap()
  if (heap === null) return null
  const { wasm, dataIdMap } = heap
  return (begin, into) => {
    // looked up each time: the heap may have grown
    const from = dataIdMap.get(dataId).memoryOffset + begin
    into.set(wasm.HEAPU8.subarray(from, from + into.length))
  }
}
