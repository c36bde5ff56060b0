import * as tf from '@tensorflow/tfjs-core'
import { unitInterval } from '../scalars/Decay.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { logAddExp, softplus, weighted } from './limits.js'
import { select } from '../tensors/select.js'

/** Options of `sigmoidFocalLoss`. */
export interface SigmoidFocalLossOptions {
  /** Weight of the positives, in [0, 1]; of the negatives 1 − α. Default: none. */
  readonly alpha?: number
  /** How much what is told rightly already is turned down.
   *
   *  @defaultValue 2 */
  readonly gamma?: number
}

/** Binary cross entropy in which what is already right counts less: for classes of very different frequency.
 *
 *  ```text
 *  p = σ(z)     w = (1−y)·p + y·(1−p)     ℓ = a·wᵞ·BCE(z, y)     a = α·y + (1−α)·(1−y), or 1 without α
 *  ```
 *
 *  @shapes logits and labels alike, and the result like them: no axis is reduced. Labels are 0 or 1, or between.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ, α lies
 *    outside [0, 1] or γ below 0.
 *  @laws γ = 0 without α is `sigmoidBinaryCrossEntropy`.
 *  @departs an infinite logit on the right side costs 0: optax gives NaN. Nothing is broadcast. By a label of just 0 or 1
 *    the slope is the loss's own, where optax drops a part of it.
 *  @reference Lin et al. 2017, arXiv:1708.02002; optax.losses.sigmoid_focal_loss
 *  @example tf.mean(sigmoidFocalLoss(logits, labels, { alpha: 0.25 })) */
export const sigmoidFocalLoss = (logits: tf.Tensor, labels: tf.Tensor, given?: SigmoidFocalLossOptions): tf.Tensor => {
  const { alpha, gamma } = parse(given)
  return tf.tidy(() => {
    const z = floatsAt({ where: 'sigmoidFocalLoss', name: 'logits' }, logits)
    const y = weightsAt({ where: 'sigmoidFocalLoss', name: 'labels' }, labels, z, 'logits')
    return differentiable([z, y], () => {
      const { entropy, focus } = partsOf(z, y, gamma)
      const value = weighted(focus, entropy)
      return {
        value: alpha === undefined ? value : tf.mul(value, balance(y, alpha)),
        saved: { z, y },
        gradients: (dy, s) => slopes(dy, s.z, s.y, alpha, gamma),
      }
    })
  })
}

const balance = (y: tf.Tensor, alpha: number): tf.Tensor => tf.add(tf.mul(2 * alpha - 1, y), 1 - alpha)

/** With logarithms of p, q = 1 − p and w, of which each may be 0. */
const partsOf = (z: tf.Tensor, y: tf.Tensor, gamma: number) => {
  const [logP, logQ] = [tf.neg(softplus(tf.neg(z))), tf.neg(softplus(z))]
  const notY = tf.sub(1, y)
  const entropy = tf.sub(tf.neg(weighted(y, logP)), weighted(notY, logQ))
  const logW = logAddExp(tf.add(tf.log(notY), logP), tf.add(tf.log(y), logQ))
  return { logP, logQ, logW, entropy, focus: gamma === 0 ? tf.onesLike(z) : tf.exp(tf.mul(gamma, logW)) }
}

const slopes = (
  dy: tf.Tensor,
  z: tf.Tensor,
  y: tf.Tensor,
  alpha: number | undefined,
  gamma: number,
): readonly tf.Tensor[] => {
  const { logP, logQ, logW, entropy, focus } = partsOf(z, y, gamma)
  const scaled = alpha === undefined ? dy : tf.mul(dy, balance(y, alpha))
  // wᵞ⁻¹·x for x = p, q and p·q, by their logarithms
  const share = (x: tf.Tensor): tf.Tensor => {
    const power = tf.add(tf.mul(gamma - 1, logW), x)
    return select(tf.isNaN(power), tf.zerosLike(power), tf.exp(power))
  }
  const turn = (slope: tf.Tensor): tf.Tensor =>
    gamma === 0 ? tf.zerosLike(z) : tf.mul(gamma, weighted(slope, entropy))
  const byLogit = tf.add(
    tf.mul(focus, tf.sub(tf.sigmoid(z), y)),
    turn(tf.mul(tf.sub(1, tf.mul(2, y)), share(tf.add(logP, logQ)))),
  )
  const byLabel = tf.sub(turn(tf.sub(share(logQ), share(logP))), weighted(focus, z))
  const byBalance = alpha === undefined ? tf.zerosLike(z) : tf.mul(tf.mul(dy, 2 * alpha - 1), weighted(focus, entropy))
  return [tf.mul(scaled, byLogit), tf.add(tf.mul(scaled, byLabel), byBalance)]
}

const parse = optionsFor<SigmoidFocalLossOptions>()('sigmoidFocalLoss', {
  alpha: optional(unitInterval),
  gamma: withDefault(nonNegative, 2),
})
