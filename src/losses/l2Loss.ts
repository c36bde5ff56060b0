import * as tf from '@tensorflow/tfjs-core'
import { errorLoss } from './errorLoss.js'

/** Half the square of the error, so that its slope is the error.
 *
 *  ```text
 *  ℓ = ½·(ŷ − y)²        ∂ℓ/∂ŷ = ŷ − y = −∂ℓ/∂y
 *  ```
 *
 *  @shapes predictions and targets alike, and the result like them; without targets they are 0. No axis is reduced.
 *  @units the square of the predictions'. PyTorch's and Keras' mean squared errors are `squaredError`, without the ½.
 *  @throws `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ.
 *  @reference optax.losses.l2_loss
 *  @example tf.mean(l2Loss(predictions, targets)) */
export const l2Loss = (predictions: tf.Tensor, targets?: tf.Tensor): tf.Tensor => loss(predictions, targets)

const loss = errorLoss(
  'l2Loss',
  (error) => tf.mul(0.5, tf.mul(error, error)),
  (error) => tf.clone(error),
)
