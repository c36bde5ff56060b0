import * as tf from '@tensorflow/tfjs-core'
import { unitInterval } from '../scalars/Decay.js'
import { optionsFor, required } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { floatsAt, maskAt } from '../tensors/checkedTensors.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'

/** Options of `smoothLabels`. */
export interface SmoothLabelsOptions {
  /** How much of each label is shared out evenly, in [0, 1]. */
  readonly alpha: number
  /** The axis or axes over which it is taken.
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: a boolean tensor of the shape of the values. Default: all. */
  readonly where?: tf.Tensor<tf.Rank>
}

/** Labels with a part of their mass spread over all classes.
 *
 *  ```text
 *  y′ = (1 − α)·y + α/K        K = the number of classes, or of those in the mask
 *  ```
 *
 *  @shapes those of the labels; `axis` is that of the classes (the last; several, or `null` for all), `where` a mask of
 *    the labels' shape.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where shapes differ, for an axis that is not
 *    there, or α outside [0, 1].
 *  @laws labels that sum to 1 do so afterwards (without a mask); α = 0 changes nothing.
 *  @departs where a mask leaves no class, nothing is added: optax divides by 0. α is an option.
 *  @reference Szegedy et al. 2016, arXiv:1512.00567; Müller et al. 2019, arXiv:1906.02629; optax.losses.smooth_labels
 *  @example softmaxCrossEntropy(logits, smoothLabels(labels, { alpha: 0.1 })) */
export const smoothLabels = (labels: tf.Tensor, given: SmoothLabelsOptions): tf.Tensor => {
  const { alpha, axis, where } = parse(given)
  return tf.tidy(() => {
    const y = floatsAt({ where: 'smoothLabels', name: 'labels' }, labels)
    const mask = maskAt('smoothLabels', where, y, 'labels')
    const rows = rowsAlong('smoothLabels', y.shape, axis)
    const kept = tf.mul(1 - alpha, y)
    if (mask === undefined) return tf.add(kept, rows.along === 0 ? 0 : alpha / rows.along)
    const classes = sumOfRows(tf.cast(rows.of(mask), 'float32'))
    const some = tf.greater(classes, 0)
    const added = tf.where(some, tf.div(alpha, tf.maximum(classes, 1)), tf.zerosLike(classes))
    return tf.add(kept, rows.spread(added))
  })
}

const parse = optionsFor<SmoothLabelsOptions>()('smoothLabels', { alpha: required(unitInterval), ...axisSpec })
