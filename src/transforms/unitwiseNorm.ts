import { tensorAt } from '../tensors/checkedTensors.js'
import * as tf from '@tensorflow/tfjs-core'
import { optional, optionsFor } from '../scalars/options.js'
import { axesOption } from '../scalars/axisOption.js'
import { rootOfSquares } from '../tensors/rootOfSquares.js'
import { unitAxes } from './unitAxes.js'

/** Options of `unitwiseNorm`. */
export interface UnitwiseNormOptions {
  /** The axes over which a norm is taken. Default: all but the last one. */
  readonly axis?: number | readonly number[]
}

/** The norm of each unit of a tensor, spread back over it.
 *
 *  ```text
 *  n = √Σ x² over the axes of one unit
 *  ```
 *
 *  @shapes that of x. A unit is the whole for vectors, else what all axes but the last span (the first axis only for
 *    ranks 2 and 3).
 *  @throws `TypeError` for six axes and more without `axis`; `RangeError` for an axis that a leaf lacks.
 *  @reference optax.transforms.unitwise_norm
 *  @example unitwiseNorm(params.dense.kernel) */
export const unitwiseNorm = (x: tf.Tensor, given?: UnitwiseNormOptions): tf.Tensor => {
  const { axis } = parse(given)
  tensorAt({ where: 'unitwiseNorm', name: 'x' }, x)
  // A reduction never sees a tensor without elements: backends disagree about it.
  if (x.size === 0) return tf.clone(x)
  return tf.tidy(() => {
    const norms = rootOfSquares((square) => tf.sum(square(x), [...unitAxes(x.shape, axis)], true))
    return tf.broadcastTo(norms, x.shape)
  })
}

const parse = optionsFor<UnitwiseNormOptions>()('unitwiseNorm', { axis: optional(axesOption) })
