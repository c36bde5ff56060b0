import * as tf from '@tensorflow/tfjs-core'
import { finite } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { floatsAt, maskAt, weightsAt } from '../tensors/checkedTensors.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'
import { softmaxCrossEntropyOfRows } from './softmaxCrossEntropyOfRows.js'

/** Options of `polyLossCrossEntropy`. */
export interface PolyLossCrossEntropyOptions {
  /** The axis or axes over which it is taken.
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: a boolean tensor of the shape of the values. Default: all. */
  readonly where?: tf.Tensor<tf.Rank>
  /** The coefficient of the first term of the polynomial.
   *
   *  @defaultValue 2 */
  readonly epsilon?: number
}

/** Cross entropy with the first term of its expansion in 1 − p weighted anew: Poly-1.
 *
 *  ```text
 *  ℓ = −Σ y·log p + ε·Σ y·(1 − p)        p = softmax(z)
 *  ```
 *
 *  @shapes logits and labels alike; the result has their shape without `axis`. `where` is a mask of their shape.
 *  @units nats.
 *  @throws what `softmaxCrossEntropy` throws.
 *  @laws ε = 0 is `softmaxCrossEntropy`.
 *  @departs what `softmaxCrossEntropy` departs in.
 *  @reference Leng et al. 2022, arXiv:2204.12511; optax.losses.poly_loss_cross_entropy
 *  @example tf.mean(polyLossCrossEntropy(logits, labels, { epsilon: 1 })) */
export const polyLossCrossEntropy = (
  logits: tf.Tensor,
  labels: tf.Tensor,
  given?: PolyLossCrossEntropyOptions,
): tf.Tensor => {
  const { axis, where, epsilon } = parse(given)
  return tf.tidy(() => {
    const z = floatsAt({ where: 'polyLossCrossEntropy', name: 'logits' }, logits)
    const y = weightsAt({ where: 'polyLossCrossEntropy', name: 'labels' }, labels, z, 'logits')
    const mask = maskAt('polyLossCrossEntropy', where, z, 'logits')
    const rows = rowsAlong('polyLossCrossEntropy', z.shape, axis)
    const inside = mask === undefined ? undefined : rows.of(mask)
    return rows.back(softmaxCrossEntropyOfRows(rows.of(z), rows.of(y), inside, epsilon))
  })
}

const parse = optionsFor<PolyLossCrossEntropyOptions>()('polyLossCrossEntropy', {
  epsilon: withDefault(finite, 2),
  ...axisSpec,
})
