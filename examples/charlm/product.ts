import * as tf from '@tensorflow/tfjs-core'

/** The product of two matrices. Its gradient transposes them first: the wasm backend multiplies what is already
 *  transposed several times faster. */
export const product = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => multiplied(x, y)

const multiplied = tf.customGrad((a, b, save) => {
  // The types of `customGrad` let any argument be `save`.
  const [x, y] = [a as tf.Tensor, b as tf.Tensor]
  ;(save as tf.GradSaveFunc)([x, y])
  return {
    value: tf.matMul(x, y),
    gradFunc: (dy: tf.Tensor, [left, right]: readonly tf.Tensor[]) => [
      tf.matMul(dy, tf.transpose(right ?? y)),
      tf.matMul(tf.transpose(left ?? x), dy),
    ],
  }
})
