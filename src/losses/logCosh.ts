import * as tf from '@tensorflow/tfjs-core'
import { errorLoss } from './errorLoss.js'
import { select } from '../tensors/select.js'

/** The logarithm of the hyperbolic cosine of the error: half its square where it is small, its absolute value less
 *  log 2 where it is large.
 *
 *  ```text
 *  e = ŷ − y     ℓ = log cosh e = |e| + log(1 + e^(−2|e|)) − log 2     ∂ℓ/∂ŷ = tanh e
 *  ```
 *
 *  @shapes predictions and targets alike, and the result like them; without targets they are 0. No axis is reduced.
 *  @throws `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ.
 *  @departs below ¼ four terms of the series, so that small errors keep their digits: optax gives 0 for 1e-4, where
 *    float32 has 5e-9. Nothing is broadcast.
 *  @reference optax.losses.log_cosh
 *  @example tf.mean(logCosh(predictions, targets)) */
export const logCosh = (predictions: tf.Tensor, targets?: tf.Tensor): tf.Tensor => loss(predictions, targets)

const loss = errorLoss(
  'logCosh',
  (error) => {
    const size = tf.abs(error)
    const large = tf.sub(tf.add(size, tf.log1p(tf.exp(tf.mul(-2, size)))), Math.LN2)
    const square = tf.mul(error, error)
    // e²/2 − e⁴/12 + e⁶/45 − 17·e⁸/2520
    const series = [1 / 45, -1 / 12, 1 / 2].reduce<tf.Tensor>(
      (sum, coefficient) => tf.add(coefficient, tf.mul(square, sum)),
      tf.scalar(-17 / 2520),
    )
    return select(tf.less(size, 0.25), tf.mul(square, series), large)
  },
  (error) => tf.tanh(error),
)
