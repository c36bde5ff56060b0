/** @internal */

import * as tf from '@tensorflow/tfjs-core'

/** Where tfjs' wasm backend keeps numbers. */
export interface WasmHeap {
  readonly wasm: { readonly HEAPU8: Uint8Array }
  readonly dataIdMap: {
    readonly get: (dataId: object) => { readonly memoryOffset: number }
    readonly has: (dataId: object) => boolean
  }
  /** A new tensor, its numbers whatever was there. */
  readonly makeOutput: (shape: number[], dtype: 'float32' | 'int32') => tf.TensorInfo
}

/** The memory of tfjs' wasm backend, where it is the one in use; it is recognised by what it is made of. */
export const wasmHeap = (): WasmHeap | null => {
  const { backend } = tf.engine()
  return 'wasm' in backend && 'dataIdMap' in backend && 'makeOutput' in backend
    ? (backend as unknown as WasmHeap)
    : null
}
