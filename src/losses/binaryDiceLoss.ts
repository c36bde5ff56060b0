import * as tf from '@tensorflow/tfjs-core'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { tensorAt } from '../tensors/checkedTensors.js'
import { diceFor } from './diceLoss.js'

/** Options of `binaryDiceLoss`. */
export interface BinaryDiceLossOptions {
  /** Added to numerator and denominator, so that an empty class has a loss.
   *
   *  @defaultValue 1 */
  readonly smooth?: number
  /** Takes logits, and applies a sigmoid first.
   *
   *  @defaultValue true */
  readonly applySigmoid?: boolean
}

/** The dice loss of one class.
 *
 *  ```text
 *  p = σ(z)     ℓ = 1 − (Σ p·t + s)/((Σ p + Σ t)/2 + s)
 *  ```
 *
 *  @shapes predictions and targets `[batch, …]` alike, or with a last axis of 1; the result is `[batch]`.
 *  @units none: in [0, 1] where the targets are.
 *  @throws what `diceLoss` throws; without `applySigmoid` predictions must lie in [0, 1], for which one number is read
 *    back.
 *  @departs optax without `apply_sigmoid` refuses all that is not 1.
 *  @reference optax.losses.binary_dice_loss
 *  @example tf.mean(binaryDiceLoss(logits, masks)) */
export const binaryDiceLoss = (
  predictions: tf.Tensor,
  targets: tf.Tensor,
  given?: BinaryDiceLossOptions,
): tf.Tensor => {
  const { smooth, applySigmoid } = parse(given)
  return tf.tidy(() => {
    const p = tensorAt({ where: 'binaryDiceLoss', name: 'predictions' }, predictions)
    const t = tensorAt({ where: 'binaryDiceLoss', name: 'targets' }, targets)
    const apart = p.rank === t.rank && p.shape.at(-1) !== 1
    return diceFor('binaryDiceLoss', apart ? tf.expandDims(p, -1) : p, apart ? tf.expandDims(t, -1) : t, {
      classWeights: undefined,
      smooth,
      alpha: 0.5,
      beta: 0.5,
      applySoftmax: applySigmoid,
      reduction: 'mean',
      ignoreBackground: false,
      axis: undefined,
    })
  })
}

const parse = optionsFor<BinaryDiceLossOptions>()('binaryDiceLoss', {
  smooth: withDefault(nonNegative, 1),
  applySigmoid: withDefault(flag, true),
})
