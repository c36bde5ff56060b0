import { axesOption } from '../scalars/axisOption.js'
import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { anything, flag, oneOf } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { type Checked, optional, optionsFor, withDefault } from '../scalars/options.js'
import { checkShape, floatsAt, tensorAt, weightsAt } from '../tensors/checkedTensors.js'
import { axesOf } from '../tensors/rows.js'
import { diceOfClasses, probabilities } from './diceOfClasses.js'

/** Options of `diceLoss`. */
export interface DiceLossOptions {
  /** A weight for each class; without them all count alike. */
  readonly classWeights?: tf.Tensor<tf.Rank>
  /** Added to numerator and denominator, so that an empty class has a loss.
   *
   *  @defaultValue 1 */
  readonly smooth?: number
  /** Weight of false positives.
   *
   *  @defaultValue 0.5 */
  readonly alpha?: number
  /** Weight of false negatives.
   *
   *  @defaultValue 0.5 */
  readonly beta?: number
  /** Takes logits, and applies a softmax over the classes first.
   *
   *  @defaultValue true */
  readonly applySoftmax?: boolean
  /** How the losses of the classes are joined: `'mean'`, `'sum'` or `'none'`.
   *
   *  @defaultValue 'mean' */
  readonly reduction?: 'mean' | 'sum' | 'none'
  /** Leaves out class 0.
   *
   *  @defaultValue false */
  readonly ignoreBackground?: boolean
  /** The axes of the classes' elements. Default: all but the first and the last. */
  readonly axis?: number | readonly number[]
}

/** One less the overlap of predicted and true regions, for segmentation; with α ≠ β the Tversky loss.
 *
 *  ```text
 *  I = Σ p·t     P = Σ p     T = Σ t     ℓ = 1 − (I + s)/(I + α(P − I) + β(T − I) + s)
 *  ```
 *
 *  @shapes predictions `[batch, …, classes]` and targets alike; either may lack the axis of classes where there is one
 *    class. Sums are over `axis`, by default all but the first and the last; the rest is reduced along its last
 *    axis, the classes: `[batch]`, or `[batch, classes]` with `reduction: 'none'`.
 *  @units none: in [0, 1] where α + β = 1 and the targets are.
 *  @throws `TypeError` for what is no tensor, or predictions that are not float32; `RangeError` where shapes differ, an
 *    axis is not there or named twice, none is left for the classes, or predictions are no probabilities and
 *    `applySoftmax` is false: to know, one number is read back.
 *  @departs 0 where without smoothing nothing is predicted and nothing is there: optax gives NaN. A single class that is
 *    not activated must lie in [0, 1]; optax wants it to be 1, always.
 *  @reference Milletari et al. 2016, arXiv:1606.04797; optax.losses.dice_loss
 *  @example tf.mean(diceLoss(logits, masks, { ignoreBackground: true })) */
export const diceLoss = (predictions: tf.Tensor, targets: tf.Tensor, given?: DiceLossOptions): tf.Tensor =>
  diceFor('diceLoss', predictions, targets, parse(given))

/** The same for others. @internal */
export const diceFor = (
  where: string,
  predictions: tf.Tensor,
  targets: tf.Tensor,
  { classWeights, smooth, alpha, beta, applySoftmax, reduction, ignoreBackground, axis }: Checked<typeof spec>,
): tf.Tensor =>
  tf.tidy(() => {
    const [p, t] = withClasses(where, predictions, targets)
    const classes = axisLength(p, -1)
    const dice = { where, smooth, alpha, beta, activate: applySoftmax, axis: summed(where, p.shape, axis) }
    const each = diceOfClasses(dice, probabilities(dice, p), t)
    const weighted = classWeights === undefined ? each : tf.mul(each, weightsOf(where, classWeights, each))
    const shown =
      ignoreBackground && classes > 1 ? tf.slice(weighted, [...weighted.shape.slice(1).map(() => 0), 1]) : weighted
    if (reduction === 'none') return tf.clone(shown)
    return reduction === 'sum' ? tf.sum(shown, -1) : tf.mean(shown, -1)
  })

const withClasses = (where: string, predictions: tf.Tensor, targets: tf.Tensor): readonly [tf.Tensor, tf.Tensor] => {
  const p = floatsAt({ where, name: 'predictions' }, predictions)
  const t = tensorAt({ where, name: 'targets' }, targets)
  const wide = p.rank === t.rank - 1 ? tf.expandDims(p, -1) : p
  const y = weightsAt({ where, name: 'targets' }, t.rank === p.rank - 1 ? tf.expandDims(t, -1) : t, wide, 'predictions')
  if (wide.rank >= 2) return [wide, y]
  throw new RangeError(
    `${where}: predictions must have axes for the batch and the classes, found the shape [${predictions.shape.join(', ')}]. Reshape them to [batch, …, classes].`,
  )
}

/** All axes but the first and the last, unless others are named. */
const summed = (where: string, shape: readonly number[], given: number | readonly number[] | undefined) => {
  const axes = axesOf(where, shape, given ?? shape.map((_, axis) => axis).slice(1, -1))
  if (axes.length < shape.length) return axes
  throw new RangeError(
    `${where}: axis names every axis, and none is left for the classes. Leave out the last, e.g. { axis: [0, 1] }.`,
  )
}

const weightsOf = (where: string, given: tf.Tensor, each: tf.Tensor): tf.Tensor => {
  const at = { where, name: 'classWeights' }
  const weights = tensorAt(at, given)
  checkShape(at, weights, [axisLength(each, -1)], 'one weight for each class, shape ')
  return weights
}

const spec = {
  classWeights: optional(anything<tf.Tensor>('a tensor of one weight for each class', 'weights')),
  smooth: withDefault(nonNegative, 1),
  alpha: withDefault(nonNegative, 0.5),
  beta: withDefault(nonNegative, 0.5),
  applySoftmax: withDefault(flag, true),
  reduction: withDefault(oneOf('mean', 'sum', 'none'), 'mean'),
  ignoreBackground: withDefault(flag, false),
  axis: optional(axesOption),
}

const parse = optionsFor<DiceLossOptions>()('diceLoss', spec)
