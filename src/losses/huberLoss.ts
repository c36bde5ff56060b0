import * as tf from '@tensorflow/tfjs-core'
import { positive } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { errorLoss } from './errorLoss.js'

/** Options of `huberLoss`. */
export interface HuberLossOptions {
  /** Where the parabola goes over into a line.
   *
   *  @defaultValue 1 */
  readonly delta?: number
}

/** Quadratic for small errors, linear for large ones.
 *
 *  ```text
 *  e = ŷ − y     c = min(max(e, −δ), δ)     ℓ = c·(e − c/2)     ∂ℓ/∂ŷ = c
 *  ```
 *
 *  @shapes predictions and targets alike, and the result like them; without targets they are 0. No axis is reduced.
 *  @units the square of the predictions'; δ has theirs.
 *  @throws `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ,
 *    or δ is not above 0.
 *  @departs optax broadcasts [2, 1] against [2] to [2, 2] without a word.
 *  @reference Huber 1964; optax.losses.huber_loss
 *  @example tf.mean(huberLoss(predictions, targets, { delta: 0.5 })) */
export const huberLoss = (predictions: tf.Tensor, targets?: tf.Tensor, given?: HuberLossOptions): tf.Tensor => {
  const { delta } = parse(given)
  const cut = (error: tf.Tensor): tf.Tensor => tf.minimum(tf.maximum(error, -delta), delta)
  const value = (error: tf.Tensor): tf.Tensor => {
    const c = cut(error)
    return tf.mul(c, tf.sub(error, tf.mul(0.5, c)))
  }
  return errorLoss('huberLoss', value, cut)(predictions, targets)
}

const parse = optionsFor<HuberLossOptions>()('huberLoss', { delta: withDefault(positive, 1) })
