/** @internal */
import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelCall } from './KernelCall.js'

/** A call of at most sixteen numbers a tensor, and what must come of it. */
export interface Probe {
  readonly inputs: Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>
  readonly attrs: NamedAttrMap
  readonly expected: readonly number[]
}

/** A kernel of this library, and when it is registered. */
export type GradientKernel =
  | {
      readonly name: string
      readonly kernel: AnyKernel
      /** A registered kernel is replaced where one of these shows it wrong. Default: never replaced. */
      readonly probes: readonly Probe[]
    }
  | {
      readonly name: string
      /** What is registered stays, inside. */
      readonly wrapped: (registered: KernelFunc) => AnyKernel
    }

/** A method, so that a kernel may say which inputs and attributes it has: tfjs hands every kernel what the operation of
 *  its name makes. */
type AnyKernel = { run(call: AnyCall): TensorInfo }['run']

export type AnyCall = KernelCall<string, unknown>
