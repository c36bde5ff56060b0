import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { within } from './projectionBox.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'

/** The nearest tree with all elements in [−scale, scale].
 *
 *    y = min(max(x, −scale), scale)
 *
 *  Shapes   those of the tree.
 *  Throws   `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  Laws     idempotent, and no two trees are further apart afterwards. Differentiable.
 *  Source   optax.projections.projection_linf_ball
 *  Example  `projectionLinfBall(params, { scale: 2 })` */
export const projectionLinfBall = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => {
  const { scale } = parse(given)
  return within('projectionLinfBall', tree, -scale, scale)
}

const parse = optionsFor<ScaleOption>()('projectionLinfBall', scaleSpec)
