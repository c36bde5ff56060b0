/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { OutOfMemoryError } from '../engine/OutOfMemoryError.js'
import { fileOrder } from './fileOrder.js'
import type { Put } from './readSpans.js'
import { wasmHeap } from './wasmHeap.js'

/** A new tensor on the heap of tfjs' wasm backend, and how its numbers are put there; null where another backend is in use.
 *
 *  @throws `OutOfMemoryError` where the heap has no room: the backend itself would write over its beginning. */
export const heapTensor = (
  shape: readonly number[],
  dtype: 'float32' | 'int32',
): { readonly tensor: tf.Tensor; readonly put: Put } | null => {
  const heap = wasmHeap()
  if (heap === null) return null
  const engine = tf.engine()
  const info = heap.makeOutput([...shape], dtype)
  const { memoryOffset } = heap.dataIdMap.get(info.dataId)
  const tensor = engine.makeTensorFromTensorInfo(info, engine.backend)
  if (memoryOffset === 0 && tensor.size > 0) {
    tensor.dispose()
    throw new OutOfMemoryError(4 * tensor.size, 'the heap of the wasm backend')
  }
  return {
    tensor,
    // the view is looked up each time: the heap may have grown
    put: (begin, part) => heap.wasm.HEAPU8.set(fileOrder(part), memoryOffset + begin),
  }
}
