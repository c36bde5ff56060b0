import * as tf from '@tensorflow/tfjs-core'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { softplus, weighted } from './limits.js'

/** The cross entropy of independent yes-or-no labels, from logits.
 *
 *  ```text
 *  ℓ = y·log(1 + e^−z) + (1−y)·log(1 + eᶻ)        ∂ℓ/∂z = σ(z) − y        ∂ℓ/∂y = −z
 *  ```
 *
 *  @shapes logits and labels alike, and the result like them: no axis is reduced. Labels may be float32, int32 or bool.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ.
 *  @departs an infinite logit on the right side costs 0: optax gives NaN. Nothing is broadcast.
 *  @reference optax.losses.sigmoid_binary_cross_entropy
 *  @example tf.mean(sigmoidBinaryCrossEntropy(logits, labels)) */
export const sigmoidBinaryCrossEntropy = (logits: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const z = floatsAt({ where: 'sigmoidBinaryCrossEntropy', name: 'logits' }, logits)
    const y = weightsAt({ where: 'sigmoidBinaryCrossEntropy', name: 'labels' }, labels, z, 'logits')
    return differentiable([z, y], () => ({
      value: tf.add(weighted(y, softplus(tf.neg(z))), weighted(tf.sub(1, y), softplus(z))),
      saved: { z, y },
      gradients: (dy, s) => [tf.mul(dy, tf.sub(tf.sigmoid(s.z), s.y)), tf.mul(dy, tf.neg(s.z))],
    }))
  })
