import * as tf from '@tensorflow/tfjs-core'
import { batchOf, type CtcOptions, ctcOfBatch, parseCtc } from './ctcOfBatch.js'

/** Connectionist temporal classification: the loss of label sequences whose places in time are not known.
 *
 *  ```text
 *  ℓ = −log Σ over alignments ∏ₜ softmax(zₜ)[class at t]
 *  ```
 *
 *  An alignment repeats labels and puts blanks between them; two equal labels in a row need one. The sum is taken forwards
 *  in logarithms, and its gradient backwards the same way, each in time linear in the number of frames and of labels.
 *
 *  @shapes logits `[batch, time, classes]`, labels `[batch, labels]`, int32; paddings like the first two axes of the
 *    logits, and like the labels, 1 for what is padding and at the end. The result is `[batch]`.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, logits that are not float32 or labels that are not int32; `RangeError`
 *    where shapes do not fit, or the blank is no class.
 *  @laws invariant to a shift of all logits of a frame; padded frames have no gradient.
 *  @departs a label that is no class has probability 0: optax takes it for certain. A logit of −∞ is as good as one of
 *    −1e30: optax gives NaN. A sequence too short for its labels costs about 1e5, as in optax.
 *  @reference Graves et al. 2006; optax.losses.ctc_loss
 *  @example tf.mean(ctcLoss(logits, logitPaddings, labels, labelPaddings)) */
export const ctcLoss = (
  logits: tf.Tensor,
  logitPaddings: tf.Tensor,
  labels: tf.Tensor,
  labelPaddings: tf.Tensor,
  given?: CtcOptions,
): tf.Tensor => {
  const checked = parse(given)
  return tf.tidy(() => ctcOfBatch('ctcLoss', batchOf('ctcLoss', logits, logitPaddings, labels, labelPaddings), checked))
}

const parse = parseCtc('ctcLoss')
