import type * as tf from '@tensorflow/tfjs-core'
import { divergence, type DivergenceOptions, generalizedElement } from './divergence.js'

/** The older name of `generalizedKlDivergence`, for code that comes from optax, where it is deprecated.
 *
 *  ```text
 *  ℓ = Σ y·(log y − p) + eᵖ − y
 *  ```
 *
 *  @shapes those of `generalizedKlDivergence`.
 *  @throws what `klDivergence` throws.
 *  @reference optax.losses.convex_kl_divergence
 *  @example tf.mean(convexKlDivergence(logPredictions, targets)) */
export const convexKlDivergence = (
  logPredictions: tf.Tensor,
  targets: tf.Tensor,
  given?: DivergenceOptions,
): tf.Tensor => loss(logPredictions, targets, given)

const loss = divergence('convexKlDivergence', 'targets', generalizedElement)
