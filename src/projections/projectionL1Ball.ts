import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { l1OfRow } from './l1OfRow.js'
import { asRow, projected } from './projected.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'

/** The nearest tree whose absolute values sum to at most `scale`: sparse, where it was outside.
 *
 *  ```text
 *  y = x where ‖x‖₁ ≤ scale, else sign(x)·P(|x|)        P = `projectionSimplex`, over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent up to rounding, and no two trees are further apart afterwards. Differentiable.
 *  @departs far outside it keeps the digits that optax loses in float32. A scale of 0 gives zeros, where optax gives
 *    NaN; a negative one is refused.
 *  @reference Duchi et al. 2008; optax.projections.projection_l1_ball
 *  @example projectionL1Ball(params, { scale: 10 }) */
export const projectionL1Ball = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => projected('projectionL1Ball', tree, asRow(l1OfRow('ball', parse(given).scale)))

const parse = optionsFor<ScaleOption>()('projectionL1Ball', scaleSpec)
