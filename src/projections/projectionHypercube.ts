import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { within } from './projectionBox.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'

/** The nearest tree with all elements in [0, scale].
 *
 *  ```text
 *  y = min(max(x, 0), scale)
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent, and no two trees are further apart afterwards. Differentiable.
 *  @departs a negative scale is refused: optax returns it.
 *  @reference optax.projections.projection_hypercube
 *  @example projectionHypercube(params, { scale: 2 }) */
export const projectionHypercube = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => within('projectionHypercube', tree, 0, parse(given).scale)

const parse = optionsFor<ScaleOption>()('projectionHypercube', scaleSpec)
