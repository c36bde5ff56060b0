/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Executor } from '../equation/Work.js'
import { eager } from './eager.js'
import { onFloats } from './floatLeaves.js'

/** An executor for float32; gradients of leaves of another dtype are for tensor operations. */
export const othersEagerly =
  (fused: Executor<Tensor>): Executor<Tensor> =>
  (work) =>
    (onFloats(work) ? fused : eager)(work)
