import * as tf from '@tensorflow/tfjs-core'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'

/** The sparsemax loss of a binary classifier, a hinge with a quadratic knee.
 *
 *  ```text
 *  x = −z where y, else z     ℓ = 0 for x ≤ −1, (x+1)²/4 between, x for x ≥ 1     ∂ℓ/∂z = ±min(max((x+1)/2, 0), 1)
 *  ```
 *
 *  @shapes logits and labels alike, and the result like them: no axis is reduced. Labels are 0 or 1, or conditions.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ.
 *  @departs nothing is broadcast.
 *  @reference Martins & Astudillo 2016, arXiv:1602.02068; optax.losses.sparsemax_loss
 *  @example tf.mean(sparsemaxLoss(logits, labels)) */
export const sparsemaxLoss = (logits: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const z = floatsAt({ where: 'sparsemaxLoss', name: 'logits' }, logits)
    const y = weightsAt({ where: 'sparsemaxLoss', name: 'labels' }, labels, z, 'logits')
    return differentiable([z], () => {
      const sign = tf.where(tf.equal(y, 0), tf.onesLike(z), tf.fill(z.shape, -1))
      const x = tf.mul(sign, z)
      // ℓ = s·(x + 1 − s) with the slope s: 0, (x+1)²/4 and x
      const slope = tf.minimum(tf.maximum(tf.mul(0.5, tf.add(x, 1)), 0), 1)
      return {
        value: tf.where(tf.equal(slope, 0), tf.zerosLike(x), tf.mul(slope, tf.sub(tf.add(x, 1), slope))),
        saved: { signed: tf.mul(sign, slope) },
        gradients: (dy, { signed }) => [tf.mul(dy, signed)],
      }
    })
  })
