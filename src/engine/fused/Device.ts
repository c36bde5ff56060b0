/** @internal */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Kernel, Run } from './Kernel.js'

/** A backend as fused steps see it. `R` is the backend's record of a tensor's memory. */
export interface Device<R extends object> {
  /** The memory of a tensor; a tensor of another backend is moved here first. */
  readonly memoryOf: (tensor: Tensor) => R
  /** Whether this library may write here: no other tensor shares this memory, and nobody has read or made it. */
  readonly isSole: (memory: R) => boolean
  /** The value of a tensor of one element. */
  readonly numberIn: (memory: R) => number
  /** New memory, not initialised; `toGive` if a later step may be given it, to write in place. Throws `OutOfMemoryError`. */
  readonly allocate: (shape: number[], toGive: boolean) => { readonly info: TensorInfo; readonly memory: R }
  /** Forgets what the backend has made of a tensor's values, which are written anew. */
  readonly forget?: (tensor: Tensor) => void
  readonly compile: (kernel: Kernel) => Run<R>
}
