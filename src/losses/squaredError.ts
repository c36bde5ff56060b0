import * as tf from '@tensorflow/tfjs-core'
import { errorLoss } from './errorLoss.js'

/** The square of the error.
 *
 *  ```text
 *  ℓ = (ŷ − y)²        ∂ℓ/∂ŷ = 2·(ŷ − y) = −∂ℓ/∂y
 *  ```
 *
 *  @shapes predictions and targets alike, and the result like them; without targets they are 0. No axis is reduced.
 *  @units the square of the predictions'.
 *  @throws `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ.
 *  @reference optax.losses.squared_error
 *  @example tf.mean(squaredError(predictions, targets)) */
export const squaredError = (predictions: tf.Tensor, targets?: tf.Tensor): tf.Tensor => loss(predictions, targets)

const loss = errorLoss(
  'squaredError',
  (error) => tf.mul(error, error),
  (error) => tf.mul(2, error),
)
