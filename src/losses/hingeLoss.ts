import type * as tf from '@tensorflow/tfjs-core'
import { marginLoss } from './marginLoss.js'

/** The hinge loss of a binary classifier: 0 for what is right by a margin of 1.
 *
 *  ```text
 *  ℓ = max(0, 1 − z·s)        ∂ℓ/∂z = −s where z·s < 1, −s/2 at the margin, else 0
 *  ```
 *
 *  @shapes outputs and targets alike, and the result like them: no axis is reduced. Targets are −1 or 1.
 *  @throws `TypeError` for what is no tensor, or outputs that are not float32; `RangeError` where shapes differ.
 *  @departs nothing is broadcast.
 *  @reference optax.losses.hinge_loss
 *  @example tf.mean(hingeLoss(scores, signs)) */
export const hingeLoss = (predictorOutputs: tf.Tensor, targets: tf.Tensor): tf.Tensor => loss(predictorOutputs, targets)

const loss = marginLoss('hingeLoss', 1)
