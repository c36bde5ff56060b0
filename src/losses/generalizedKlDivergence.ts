import type * as tf from '@tensorflow/tfjs-core'
import { divergence, type DivergenceOptions, generalizedElement } from './divergence.js'

/** The Kullback–Leibler divergence of measures that need not sum to one, convex in both.
 *
 *  ```text
 *  ℓ = Σ y·(log y − p) + eᵖ − y        p = log-predictions, 0·log 0 = 0        ∂ℓ/∂p = eᵖ − y        ∂ℓ/∂y = log y − p
 *  ```
 *
 *  @shapes both alike; the result has their shape without `axis` (the last; several, or `null` for all). `where` is a
 *    mask of their shape: what it leaves out counts 0.
 *  @throws what `klDivergence` throws.
 *  @laws ≥ 0, and 0 only where both are equal, up to rounding; `klDivergence` where both sum to one.
 *  @departs what `klDivergence` departs in.
 *  @reference optax.losses.generalized_kl_divergence
 *  @example tf.mean(generalizedKlDivergence(logPredictions, targets)) */
export const generalizedKlDivergence = (
  logPredictions: tf.Tensor,
  targets: tf.Tensor,
  given?: DivergenceOptions,
): tf.Tensor => loss(logPredictions, targets, given)

const loss = divergence('generalizedKlDivergence', 'targets', generalizedElement)
