import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import { differentiable } from '../tensors/differentiable.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { asRow, projected } from './projected.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'
import { alongSimplex, simplexOfRows } from './simplexOfRows.js'

/** The nearest tree of elements that are not negative and sum to `scale`: with 1, probabilities.
 *
 *  ```text
 *  y = max(0, x − τ)        τ such that Σ y = scale, over all leaves together
 *  ```
 *
 *  @shapes those of the tree; without elements it stays as it is.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent up to rounding, and no two trees are further apart afterwards. Differentiable.
 *  @departs the largest element is subtracted first: as optax has it, what is far outside is wrong in float32 by all of
 *    its digits. A scale of 0 gives zeros, where optax gives NaN; a negative one is refused.
 *  @reference Duchi et al. 2008; optax.projections.projection_simplex
 *  @example projectionSimplex({ w: tf.tensor1d([0.5, 1.2, -0.3]) }) */
export const projectionSimplex = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => {
  const { scale } = parse(given)
  const onto = (x: tf.Tensor): tf.Tensor =>
    differentiable([x], () => {
      const y = simplexOfRows(x, scale)
      return { value: y, saved: { y }, gradients: (dy, s) => [alongSimplex(s.y, dy)] }
    })
  return projected('projectionSimplex', tree, asRow(onto))
}

const parse = optionsFor<ScaleOption>()('projectionSimplex', scaleSpec)
