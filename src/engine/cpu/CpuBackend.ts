/** @internal */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** What this library uses of tfjs' cpu backend, beside what every backend has. */
export interface CpuBackend extends KernelBackend {
  readonly data: { readonly get: (dataId: object) => CpuMemory; readonly has: (dataId: object) => boolean }
  readonly makeTensorInfo: (shape: number[], dtype: 'float32', values: Float32Array) => TensorInfo
}

/** The backend's record of a tensor's values. */
export interface CpuMemory {
  readonly values: Float32Array
  readonly refCount: number
}
