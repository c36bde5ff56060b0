import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { within } from './projectionBox.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'

/** The nearest tree with all elements in [−scale, scale].
 *
 *  ```text
 *  y = min(max(x, −scale), scale)
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent, and no two trees are further apart afterwards. Differentiable.
 *  @reference optax.projections.projection_linf_ball
 *  @example projectionLinfBall(params, { scale: 2 }) */
export const projectionLinfBall = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => {
  const { scale } = parse(given)
  return within('projectionLinfBall', tree, -scale, scale)
}

const parse = optionsFor<ScaleOption>()('projectionLinfBall', scaleSpec)
