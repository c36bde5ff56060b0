/** @internal */
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** The shape of a tensor of rank 4: kernels are called with no other, since operations check. */
export const shape4 = ({ shape }: TensorInfo): [number, number, number, number] =>
  shape as [number, number, number, number]

/** The same for rank 3. */
export const shape3 = ({ shape }: TensorInfo): [number, number, number] => shape as [number, number, number]

/** The same for rank 5. */
export const shape5 = ({ shape }: TensorInfo): [number, number, number, number, number] =>
  shape as [number, number, number, number, number]
