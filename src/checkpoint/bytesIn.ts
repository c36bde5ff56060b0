/** @internal */

import type * as tf from '@tensorflow/tfjs-core'
import { fileOrder } from './fileOrder.js'

/** The values of a tensor as the bytes of a file: the same memory, where it can be. */
export const bytesIn = ({ dtype }: tf.Tensor, values: ArrayLike<number>): Uint8Array => {
  if (values instanceof Float32Array || values instanceof Int32Array) return inOrder(values)
  return inOrder(dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values))
}

const inOrder = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  fileOrder(new Uint8Array(buffer, byteOffset, byteLength))
