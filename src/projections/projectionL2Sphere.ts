import * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { normOfLeaves } from './normOfLeaves.js'
import { elementsOf, projected } from './projected.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'
import { select } from '../tensors/select.js'

/** A nearest tree of norm `scale`.
 *
 *  ```text
 *  y = scale·x/‖x‖        ‖·‖ over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent up to rounding; invariant to the scale of x. Differentiable.
 *  @departs every point is as near to zeros: they become scale/√n, with slope 0, where optax gives NaN. Right wherever
 *    the norm is a float32, though squares may be none. A negative scale is refused.
 *  @reference optax.projections.projection_l2_sphere
 *  @example projectionL2Sphere(params, { scale: 2 }) */
export const projectionL2Sphere = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => {
  const { scale } = parse(given)
  return projected('projectionL2Sphere', tree, (leaves) => {
    const { norm, none } = normOfLeaves(leaves.map(({ x }) => x))
    const even = scale / Math.sqrt(Math.max(1, elementsOf(leaves)))
    return leaves.map(({ x }) => select(none, tf.fill(x.shape, even), tf.mul(scale, tf.div(x, norm))))
  })
}

const parse = optionsFor<ScaleOption>()('projectionL2Sphere', scaleSpec)
