import type { Tensor } from '@tensorflow/tfjs-core'

/** Variables or tensors by their own names, nested at `/`: `{ dense_Dense1: { kernel, bias } }`. */
export type Named = { readonly [name: string]: Tensor | Named }

/** A tensor and its name. */
export interface NamedTensor {
  readonly name: string
  readonly tensor: Tensor
}
