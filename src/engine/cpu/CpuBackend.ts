/** @internal */
import type { KernelBackend } from '@tensorflow/tfjs-core'

/** What this library uses of tfjs' cpu backend, beside what every backend has. */
export interface CpuBackend extends KernelBackend {
  readonly data: { readonly get: (dataId: object) => CpuMemory; readonly has: (dataId: object) => boolean }
}

/** The backend's record of a tensor's values. */
export interface CpuMemory {
  readonly values: Float32Array
  readonly refCount: number
}
