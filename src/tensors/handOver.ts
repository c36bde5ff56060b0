/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** Ends a tensor whose memory somebody else holds from now on, with the very reference that this one had: it counts as
 *  disposed, and the memory stays. */
export const handOver = (tensor: tf.Tensor): void => {
  const engine = tf.engine()
  if (isPlain(tensor)) {
    // The count of the memory stays as it is; the engine's counts lose what they lose with a tensor.
    engine.state.numTensors--
    engine.state.numBytes -= tensor.size * 4
    tensor.isDisposedInternal = true
    return
  }
  engine.backend.incRef(tensor.dataId)
  tensor.dispose()
}

/** A tensor of float32 whose `dispose` does nothing but count: no variable, and no mask of a layer to dispose with it. A dispose
 *  through the engine asks its tables seven times, which is half of what a step of small leaves costs. */
const isPlain = (tensor: tf.Tensor): tensor is { isDisposedInternal: boolean } & tf.Tensor =>
  Object.getPrototypeOf(tensor) === tf.Tensor.prototype &&
  tensor.dtype === 'float32' &&
  'isDisposedInternal' in tensor &&
  (tensor as { readonly kerasMask?: unknown }).kerasMask === undefined // looked for
