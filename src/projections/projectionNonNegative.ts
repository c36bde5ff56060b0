import * as tf from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { projected } from './projected.js'

/** The nearest tree without negative elements.
 *
 *  ```text
 *  y = max(x, 0)
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent, and no two trees are further apart afterwards. Differentiable, with slope 0 at 0.
 *  @reference optax.projections.projection_non_negative
 *  @example projectionNonNegative(params) */
export const projectionNonNegative = <P>(tree: P & TreeOf<P>): Leaves<P, tf.Tensor> =>
  projected('projectionNonNegative', tree, (leaves) => leaves.map(({ x }) => tf.relu(x)))
