import * as tf from '@tensorflow/tfjs-core'
import { errorLoss } from './errorLoss.js'

/** The square of the error.
 *
 *    ℓ = (ŷ − y)²        ∂ℓ/∂ŷ = 2·(ŷ − y) = −∂ℓ/∂y
 *
 *  Shapes   predictions and targets alike, and the result like them; without targets they are 0. No axis is reduced.
 *  Units    the square of the predictions'.
 *  Throws   `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ.
 *  Source   optax.losses.squared_error
 *  Example  `tf.mean(squaredError(predictions, targets))` */
export const squaredError = (predictions: tf.Tensor, targets?: tf.Tensor): tf.Tensor => loss(predictions, targets)

const loss = errorLoss(
  'squaredError',
  (error) => tf.mul(error, error),
  (error) => tf.mul(2, error),
)
