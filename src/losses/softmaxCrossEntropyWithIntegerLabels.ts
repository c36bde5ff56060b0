import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { classesAt, floatsAt, maskAt } from '../tensors/checkedTensors.js'
import { classRows, lostRows } from './classRows.js'
import { differentiable } from '../tensors/differentiable.js'
import { masked } from './limits.js'
import { logSoftmaxOfRows } from './logSoftmaxOfRows.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'

/** Options of `softmaxCrossEntropyWithIntegerLabels`. */
export interface SoftmaxCrossEntropyWithIntegerLabelsOptions {
  /** The axis or axes over which it is taken.
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: a boolean tensor of the shape of the values. Default: all. */
  readonly where?: tf.Tensor<tf.Rank>
}

/** The cross entropy of labels that are class numbers, from logits.
 *
 *  ```text
 *  ℓ = log Σ e^z − z[y]        ∂ℓ/∂z = softmax(z) − onehot(y)
 *  ```
 *
 *  @shapes labels are int32, with the shape of the logits without `axis` (the last; several are numbered as one, in
 *    their order; `null` for all). `where` is a mask of the logits' shape: what it leaves out has no share of the
 *    softmax, though it may still be the label; a row left out whole costs 0. The result is like the labels.
 *    Negative labels are counted from the last class.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, logits that are not float32 or labels that are not int32; `RangeError`
 *    where shapes differ, or for an axis that is not there.
 *  @departs logits of +∞ share the softmax: optax gives NaN. A label that is no class costs NaN as in optax: to refuse
 *    it, every step would wait for labels to be read back.
 *  @reference optax.losses.softmax_cross_entropy_with_integer_labels
 *  @example tf.mean(softmaxCrossEntropyWithIntegerLabels(logits, labels)) */
export const softmaxCrossEntropyWithIntegerLabels = (
  logits: tf.Tensor,
  labels: tf.Tensor,
  given?: SoftmaxCrossEntropyWithIntegerLabelsOptions,
): tf.Tensor => {
  const { axis, where } = parse(given)
  return tf.tidy(() => {
    const z = floatsAt({ where: 'softmaxCrossEntropyWithIntegerLabels', name: 'logits' }, logits)
    const mask = maskAt('softmaxCrossEntropyWithIntegerLabels', where, z, 'logits')
    const rows = rowsAlong('softmaxCrossEntropyWithIntegerLabels', z.shape, axis)
    const classes = classesAt({ where: 'softmaxCrossEntropyWithIntegerLabels', name: 'labels' }, labels, rows.outer)
    return rows.back(ofRows(rows.of(z), classes, mask === undefined ? undefined : rows.of(mask)))
  })
}

const ofRows = (z: tf.Tensor, classes: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor =>
  differentiable([z], () => {
    const count = axisLength(z, 1)
    const hot = tf.logicalOr(classRows(classes, count), classRows(tf.add(classes, count), count))
    const { shares, logOf } = logSoftmaxOfRows(z, mask)
    const cost = tf.add(tf.neg(sumOfRows(masked(hot, logOf(z)))), lostRows(hot))
    const slope = tf.sub(masked(mask, shares), tf.cast(hot, 'float32'))
    // a row that is left out whole has no cost and no gradient
    const row = mask === undefined ? undefined : tf.greater(sumOfRows(tf.cast(mask, 'float32')), 0)
    return {
      value: masked(row, cost),
      saved: { slope: row === undefined ? slope : tf.mul(slope, tf.cast(row, 'float32')) },
      gradients: (dy, s) => [tf.mul(dy, s.slope)],
    }
  })

const parse = optionsFor<SoftmaxCrossEntropyWithIntegerLabelsOptions>()(
  'softmaxCrossEntropyWithIntegerLabels',
  axisSpec,
)
