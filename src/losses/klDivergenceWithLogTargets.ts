import * as tf from '@tensorflow/tfjs-core'
import { divergence, type DivergenceOptions } from './divergence.js'
import { select } from '../tensors/select.js'

/** The Kullback–Leibler divergence, where the logarithms of both sides are given.
 *
 *  ```text
 *  ℓ = Σ eʸ·(y − p)        y = log-targets, p = log-predictions        ∂ℓ/∂p = −eʸ        ∂ℓ/∂y = eʸ·(y − p + 1)
 *  ```
 *
 *  @shapes both alike; the result has their shape without `axis` (the last; several, or `null` for all). `where` is a
 *    mask of their shape: what it leaves out counts 0.
 *  @units nats.
 *  @throws what `klDivergence` throws.
 *  @departs a log-target of −∞ costs 0: optax gives NaN. Nothing is broadcast.
 *  @reference optax.losses.kl_divergence_with_log_targets
 *  @example tf.mean(klDivergenceWithLogTargets(tf.logSoftmax(logits), tf.logSoftmax(teacher))) */
export const klDivergenceWithLogTargets = (
  logPredictions: tf.Tensor,
  logTargets: tf.Tensor,
  given?: DivergenceOptions,
): tf.Tensor => loss(logPredictions, logTargets, given)

const loss = divergence('klDivergenceWithLogTargets', 'logTargets', (p, y) => {
  const mass = tf.exp(y)
  const none = tf.equal(mass, 0)
  const gap = tf.sub(y, p)
  const times = (x: tf.Tensor): tf.Tensor => select(none, tf.zerosLike(x), tf.mul(mass, x))
  return { cost: times(gap), byPrediction: tf.neg(mass), byTarget: times(tf.add(gap, 1)) }
})
