import type * as tf from '@tensorflow/tfjs-core'
import { type CosineOptions, cosineOfRows, parseCosine } from './cosineOfRows.js'

/** The cosine of the angle between predictions and targets.
 *
 *  ```text
 *  s = ⟨a, b⟩ / (√max(‖a‖², ε)·√max(‖b‖², ε))        ∂s/∂a = (b̂ − s·â)/‖a‖        (b̂/√ε where ‖a‖² ≤ ε)
 *  ```
 *
 *  @shapes predictions and targets alike; the result has their shape without the axes.
 *  @units none; ε has the square of the vectors'.
 *  @throws `TypeError` for what is no tensor or not float32, `RangeError` where shapes differ, or for an axis that is
 *    not there.
 *  @laws invariant to the scale of either where ε = 0; in [−1, 1] up to rounding.
 *  @departs with ε = 0 (the default) a vector of zeros, or one that is left out whole, has similarity 0 and no gradient:
 *    optax gives NaN. Norms are right wherever they are a float32 themselves, though squares may be none.
 *  @reference optax.losses.cosine_similarity
 *  @example cosineSimilarity(predictions, targets, { epsilon: 1e-6 }) */
export const cosineSimilarity = (predictions: tf.Tensor, targets: tf.Tensor, given?: CosineOptions): tf.Tensor =>
  cosineOfRows('cosineSimilarity', predictions, targets, parse(given))

const parse = parseCosine('cosineSimilarity')
