/** @internal */
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { HeapBackend } from './HeapBackend.js'

/** What a kernel is called with. */
export interface KernelCall<Input extends string, Attrs> {
  readonly inputs: Readonly<Record<Input, TensorInfo>>
  readonly attrs: Attrs
  readonly backend: HeapBackend
  /** Runs the kernel that is registered under a name for the same backend. */
  readonly run: (name: string, inputs: Readonly<Record<string, TensorInfo>>, attrs: NamedAttrMap) => TensorInfo
}
