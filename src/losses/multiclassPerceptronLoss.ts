import type * as tf from '@tensorflow/tfjs-core'
import { largestScore } from './largestScore.js'

/** The perceptron's loss of several classes: 0 where the right class leads.
 *
 *    ℓ = max_j z_j − z_y        ∂ℓ/∂z = the share of those at the maximum − onehot(y)
 *
 *  Shapes   scores end in an axis of classes; labels are int32 with their shape without it (a number where nothing is
 *           left), and so is the result.
 *  Throws   `TypeError` for what is no tensor, scores that are not float32 or labels that are not int32; `RangeError`
 *           where shapes differ.
 *  Departs  a label that is no class costs NaN; optax takes its score for 0 without a word.
 *  Source   optax.losses.multiclass_perceptron_loss
 *  Example  `tf.mean(multiclassPerceptronLoss(scores, labels))` */
export const multiclassPerceptronLoss = (scores: tf.Tensor, labels: tf.Tensor | number): tf.Tensor =>
  loss(scores, labels)

const loss = largestScore('multiclassPerceptronLoss', 0)
