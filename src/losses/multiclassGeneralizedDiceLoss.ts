import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { diceFor } from './diceLoss.js'
import { nothing } from './diceOfClasses.js'

/** Options of `multiclassGeneralizedDiceLoss`. */
export interface MulticlassGeneralizedDiceLossOptions {
  /** Added to numerator and denominator, so that an empty class has a loss.
   *
   *  @defaultValue 1 */
  readonly smooth?: number
  /** Takes logits, and applies a softmax over the classes first.
   *
   *  @defaultValue true */
  readonly applySoftmax?: boolean
  /** Leaves out class 0.
   *
   *  @defaultValue false */
  readonly ignoreBackground?: boolean
}

/** The dice loss with classes weighted by how rare they are, a number for the whole batch.
 *
 *  ```text
 *  w_c ∝ 1/(f_c² + 10⁻⁷), with the mean 1, f_c = Σ t over all but classes     ℓ = mean of w_c·dice_c
 *  ```
 *
 *  @shapes predictions `[batch, …, classes]` and targets alike; the result is one number.
 *  @units none.
 *  @throws what `diceLoss` throws.
 *  @departs a class that is nowhere weighs 10⁷ before weights are brought to the mean 1, as in optax: it outweighs all
 *    others.
 *  @reference Sudre et al. 2017, arXiv:1707.03237; optax.losses.multiclass_generalized_dice_loss
 *  @example multiclassGeneralizedDiceLoss(logits, masks) */
export const multiclassGeneralizedDiceLoss = (
  predictions: tf.Tensor,
  targets: tf.Tensor,
  given?: MulticlassGeneralizedDiceLossOptions,
): tf.Tensor => {
  const { smooth, applySoftmax, ignoreBackground } = parse(given)
  const where = 'multiclassGeneralizedDiceLoss'
  return tf.tidy(() => {
    const p = floatsAt({ where, name: 'predictions' }, predictions)
    const t = weightsAt({ where, name: 'targets' }, targets, p, 'predictions')
    const classes = axisLength(t, -1)
    const frequency = t.size === 0 ? tf.zeros([classes]) : tf.sum(tf.reshape(t, [t.size / classes, classes]), 0)
    const rare = tf.div(1, tf.add(tf.mul(frequency, frequency), 1e-7))
    const dice = diceFor(where, p, t, {
      classWeights: tf.div(rare, tf.mean(rare)),
      smooth,
      alpha: 0.5,
      beta: 0.5,
      applySoftmax,
      reduction: 'none',
      ignoreBackground,
      axis: undefined,
    })
    return dice.size === 0
      ? nothing(
          dice,
          dice.shape.map((_, axis) => axis),
        )
      : tf.mean(dice)
  })
}

const parse = optionsFor<MulticlassGeneralizedDiceLossOptions>()('multiclassGeneralizedDiceLoss', {
  smooth: withDefault(nonNegative, 1),
  applySoftmax: withDefault(flag, true),
  ignoreBackground: withDefault(flag, false),
})
