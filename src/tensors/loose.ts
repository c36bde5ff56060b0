import * as tf from '@tensorflow/tfjs-core'

/** A condition that no tape leads to: tfjs looks for gradients of comparisons, and there are none.
 *
 *  @internal */
export const loose = (condition: tf.Tensor): tf.Tensor => {
  const engine = tf.engine()
  if (!engine.isTapeOn()) return condition
  engine.backend.incRef(condition.dataId)
  return engine.makeTensorFromTensorInfo(condition, engine.backend)
}
