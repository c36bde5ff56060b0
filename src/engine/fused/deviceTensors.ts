/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { handOver } from '../../tensors/handOver.js'
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
      const heir = engine.makeTensorFromTensorInfo(tensor, backend)
      handOver(tensor)
      return heir
    },
  }
}
