/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { Device } from './Device.js'

/** How tensors are made of memory on any backend that counts references to it. */
export const deviceTensors = (backend: tf.KernelBackend): Pick<Device<object>, 'free' | 'tensor' | 'inherited'> => {
  const engine = tf.engine()
  return {
    free: ({ dataId }) => {
      backend.disposeData(dataId)
    },
    tensor: (info) => engine.makeTensorFromTensorInfo(info, backend),
    inherited: (tensor) => {
      if (isPlain(tensor)) {
        const heir = engine.makeTensorFromTensorInfo(tensor, backend)
        // The memory changes hands: its count stays as it is, and the engine's counts lose the tensor that they lost
        // with the old handle.
        engine.state.numTensors--
        engine.state.numBytes -= tensor.size * 4
        tensor.isDisposedInternal = true
        return heir
      }
      backend.incRef(tensor.dataId)
      const heir = engine.makeTensorFromTensorInfo(tensor, backend)
      tensor.dispose()
      return heir
    },
  }
}

/** A tensor whose `dispose` does nothing but count: no variable, and no mask of a layer to dispose with it. A dispose
 *  through the engine asks its tables seven times, which is half of what a step of small leaves costs. */
const isPlain = (tensor: object): tensor is { isDisposedInternal: boolean } & tf.Tensor =>
  Object.getPrototypeOf(tensor) === tf.Tensor.prototype &&
  'isDisposedInternal' in tensor &&
  (tensor as { readonly kerasMask?: unknown }).kerasMask === undefined // looked for
