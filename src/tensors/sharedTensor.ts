/** @internal */

import * as tf from '@tensorflow/tfjs-core'

/** A second handle on the memory of a tensor, which lives on while one of the two does. It is `tf.clone` without its copy:
 *  on wasm that one doubles the memory. A step that donates leaves memory alone that has two handles. */
export const sharedTensor = (tensor: tf.Tensor): tf.Tensor => {
  const engine = tf.engine()
  const { backend } = engine
  // a tape must see who came of whom, and texts are no numbers on a device
  if (engine.isTapeOn() || tensor.dtype === 'string') return tf.clone(tensor)
  backend.incRef(tensor.dataId)
  return engine.makeTensorFromTensorInfo(tensor, backend)
}
