import * as tf from '@tensorflow/tfjs-core'
import { type CosineOptions, cosineOfRows, parseCosine } from './cosineOfRows.js'

/** One less the cosine of the angle between predictions and targets.
 *
 *  ```text
 *  ℓ = 1 − ⟨a, b⟩ / (√max(‖a‖², ε)·√max(‖b‖², ε))
 *  ```
 *
 *  @shapes predictions and targets alike; the result has their shape without the axes.
 *  @units none; ε has the square of the vectors'.
 *  @throws what `cosineSimilarity` throws.
 *  @departs a vector of zeros, or one that is left out whole, has distance 1 and no gradient: optax gives NaN.
 *  @reference optax.losses.cosine_distance
 *  @example tf.mean(cosineDistance(predictions, targets)) */
export const cosineDistance = (predictions: tf.Tensor, targets: tf.Tensor, given?: CosineOptions): tf.Tensor => {
  const checked = parse(given)
  return tf.tidy(() => tf.sub(1, cosineOfRows('cosineDistance', predictions, targets, checked)))
}

const parse = parseCosine('cosineDistance')
