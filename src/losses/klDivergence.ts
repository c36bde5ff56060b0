import type * as tf from '@tensorflow/tfjs-core'
import { divergence, type DivergenceOptions, klElement } from './divergence.js'

/** The Kullback–Leibler divergence of targets from predictions whose logarithms are given.
 *
 *  ```text
 *  ℓ = Σ y·(log y − p)        p = log-predictions, 0·log 0 = 0        ∂ℓ/∂p = −y        ∂ℓ/∂y = log y − p + 1
 *  ```
 *
 *  @shapes both alike; the result has their shape without `axis` (the last; several, or `null` for all). `where` is a
 *    mask of their shape: what it leaves out counts 0.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, or log-predictions that are not float32; `RangeError` where shapes differ,
 *    or for an axis that is not there.
 *  @departs a target of 0 costs 0 even where the log-prediction is −∞: optax gives NaN. Its gradient by such a target is
 *    1 − p (the true one is −∞, optax' NaN). Nothing is broadcast.
 *  @reference optax.losses.kl_divergence
 *  @example tf.mean(klDivergence(tf.logSoftmax(logits), targets)) */
export const klDivergence = (logPredictions: tf.Tensor, targets: tf.Tensor, given?: DivergenceOptions): tf.Tensor =>
  loss(logPredictions, targets, given)

const loss = divergence('klDivergence', 'targets', klElement)
