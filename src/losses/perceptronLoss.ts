import type * as tf from '@tensorflow/tfjs-core'
import { marginLoss } from './marginLoss.js'

/** The perceptron's loss: 0 for what is right.
 *
 *  ```text
 *  ℓ = max(0, −z·s)        ∂ℓ/∂z = −s where z·s < 0, −s/2 at 0, else 0
 *  ```
 *
 *  @shapes outputs and targets alike, and the result like them: no axis is reduced. Targets are −1 or 1.
 *  @throws `TypeError` for what is no tensor, or outputs that are not float32; `RangeError` where shapes differ.
 *  @reference Rosenblatt 1958; optax.losses.perceptron_loss
 *  @example tf.mean(perceptronLoss(scores, signs)) */
export const perceptronLoss = (predictorOutputs: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
  loss(predictorOutputs, targets)

const loss = marginLoss('perceptronLoss', 0)
