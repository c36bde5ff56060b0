/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { hasMethods } from '../engine/hasMethods.js'
import { OutOfMemoryError } from '../engine/OutOfMemoryError.js'

/** What these kernels use of tfjs' wasm backend, beside what every backend has. */
export interface HeapBackend extends KernelBackend {
  readonly dataIdMap: { readonly get: (dataId: object) => { readonly memoryOffset: number } }
  readonly makeOutput: (shape: number[], dtype: DataType, address?: number, values?: Float32Array) => TensorInfo
  readonly typedArrayFromHeap: (info: TensorInfo) => unknown
}

/** Whether a backend keeps its tensors on a heap that kernels in JavaScript can work on: seen by what it is made of. */
export const isHeapBackend = (backend: object): backend is HeapBackend =>
  'dataIdMap' in backend && hasMethods(backend, 'makeOutput', 'typedArrayFromHeap', 'disposeData', 'readSync')

/** A new tensor on the heap, its numbers whatever was there. */
export const allocated = (
  backend: HeapBackend,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): TensorInfo => {
  const info = backend.makeOutput([...shape], dtype)
  const size = sizeOf(shape)
  // The backend does not look whether its allocation succeeded.
  if (size > 0 && backend.dataIdMap.get(info.dataId).memoryOffset === 0) {
    backend.disposeData(info.dataId)
    throw new OutOfMemoryError(size * 4, 'the heap of the wasm backend')
  }
  return info
}

/** The numbers of a float32 tensor on the heap itself. Memory that grows leaves old views without any: first allocate
 *  everything, then look. */
export const onHeap = (backend: HeapBackend, info: TensorInfo): Float32Array =>
  backend.typedArrayFromHeap(info) as Float32Array // asked of tensors of this dtype only

/** The same for int32. */
export const onHeapInt = (backend: HeapBackend, info: TensorInfo): Int32Array =>
  backend.typedArrayFromHeap(info) as Int32Array // asked of tensors of this dtype only

/** A new tensor of zeros. */
export const zerosOn = (backend: HeapBackend, shape: readonly number[]): TensorInfo => {
  const info = allocated(backend, shape)
  onHeap(backend, info).fill(0)
  return info
}

/** The number at an index that a loop has kept inside. */
export const at = (values: Float32Array | Int32Array, i: number): number => values[i] as number // kept inside by the loop

/** Adds to the number at an index that a loop has kept inside. */
export const addAt = (values: Float32Array, i: number, x: number): void => {
  values[i] = at(values, i) + x
}
