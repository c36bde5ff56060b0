import type * as tf from '@tensorflow/tfjs-core'
import { divergence, type DivergenceOptions, generalizedElement } from './divergence.js'

/** The Kullback–Leibler divergence of measures that need not sum to one, convex in both.
 *
 *    ℓ = Σ y·(log y − p) + eᵖ − y        p = log-predictions, 0·log 0 = 0        ∂ℓ/∂p = eᵖ − y        ∂ℓ/∂y = log y − p
 *
 *  Shapes   both alike; the result has their shape without `axis` (the last; several, or `null` for all). `where` is a
 *           mask of their shape: what it leaves out counts 0.
 *  Throws   what `klDivergence` throws.
 *  Laws     ≥ 0, and 0 only where both are equal, up to rounding; `klDivergence` where both sum to one.
 *  Departs  what `klDivergence` departs in.
 *  Source   optax.losses.generalized_kl_divergence
 *  Example  `tf.mean(generalizedKlDivergence(logPredictions, targets))` */
export const generalizedKlDivergence = (
  logPredictions: tf.Tensor,
  targets: tf.Tensor,
  given?: DivergenceOptions,
): tf.Tensor => loss(logPredictions, targets, given)

const loss = divergence('generalizedKlDivergence', 'targets', generalizedElement)
