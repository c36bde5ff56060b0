import type * as tf from '@tensorflow/tfjs-core'
import { largestScore } from './largestScore.js'

/** The perceptron's loss of several classes: 0 where the right class leads.
 *
 *  ```text
 *  ℓ = max_j z_j − z_y        ∂ℓ/∂z = the share of those at the maximum − onehot(y)
 *  ```
 *
 *  @shapes scores end in an axis of classes; labels are int32 with their shape without it (a number where nothing is
 *    left), and so is the result.
 *  @throws `TypeError` for what is no tensor, scores that are not float32 or labels that are not int32; `RangeError`
 *    where shapes differ.
 *  @departs a label that is no class costs NaN; optax takes its score for 0 without a word.
 *  @reference optax.losses.multiclass_perceptron_loss
 *  @example tf.mean(multiclassPerceptronLoss(scores, labels)) */
export const multiclassPerceptronLoss = (scores: tf.Tensor, labels: tf.Tensor | number): tf.Tensor =>
  loss(scores, labels)

const loss = largestScore('multiclassPerceptronLoss', 0)
