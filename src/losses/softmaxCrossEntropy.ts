import * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { floatsAt, maskAt, weightsAt } from '../tensors/checkedTensors.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'
import { softmaxCrossEntropyOfRows } from './softmaxCrossEntropyOfRows.js'

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions {
  /** The axis or axes over which it is taken.
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: a boolean tensor of the shape of the values. Default: all. */
  readonly where?: tf.Tensor<tf.Rank>
}

/** The cross entropy of labels that are distributions, from logits.
 *
 *  ```text
 *  ℓ = −Σ y·log softmax(z)        ∂ℓ/∂z = softmax(z)·Σ y − y        ∂ℓ/∂y = −log softmax(z)
 *  ```
 *
 *  @shapes logits and labels alike; the result has their shape without `axis` (the last; several, or `null` for all).
 *    `where` is a mask of their shape: what it leaves out has no share of the softmax.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ, or for
 *    an axis that is not there.
 *  @departs a label of 0 costs 0 whatever its logit, where optax gives NaN for a logit of −∞; logits of +∞ share the
 *    softmax, where optax gives NaN. Nothing is broadcast: a mask has the shape of the logits.
 *  @reference optax.losses.softmax_cross_entropy
 *  @example tf.mean(softmaxCrossEntropy(logits, labels)) */
export const softmaxCrossEntropy = (
  logits: tf.Tensor,
  labels: tf.Tensor,
  given?: SoftmaxCrossEntropyOptions,
): tf.Tensor => {
  const { axis, where } = parse(given)
  return tf.tidy(() => {
    const z = floatsAt({ where: 'softmaxCrossEntropy', name: 'logits' }, logits)
    const y = weightsAt({ where: 'softmaxCrossEntropy', name: 'labels' }, labels, z, 'logits')
    const mask = maskAt('softmaxCrossEntropy', where, z, 'logits')
    const rows = rowsAlong('softmaxCrossEntropy', z.shape, axis)
    const inside = mask === undefined ? undefined : rows.of(mask)
    return rows.back(softmaxCrossEntropyOfRows(rows.of(z), rows.of(y), inside))
  })
}

const parse = optionsFor<SoftmaxCrossEntropyOptions>()('softmaxCrossEntropy', axisSpec)
