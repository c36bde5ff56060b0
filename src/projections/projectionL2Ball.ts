import * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { loose } from '../tensors/loose.js'
import { normOfLeaves } from './normOfLeaves.js'
import { projected } from './projected.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'
import { select } from '../tensors/select.js'

/** The nearest tree of norm `scale` or less.
 *
 *  ```text
 *  y = x where ‖x‖ ≤ scale, else scale·x/‖x‖        ‖·‖ over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent up to rounding, and no two trees are further apart afterwards; what is inside stays, bitwise.
 *    Differentiable.
 *  @departs right wherever the norm is a float32, though squares may be none. A negative scale is refused.
 *  @reference optax.projections.projection_l2_ball
 *  @example projectionL2Ball(params, { scale: 2 }) */
export const projectionL2Ball = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => {
  const { scale } = parse(given)
  return projected('projectionL2Ball', tree, (leaves) => {
    const { norm, none } = normOfLeaves(leaves.map(({ x }) => x))
    const inside = loose(tf.logicalOr(none, tf.lessEqual(norm, scale)))
    return leaves.map(({ x }) => select(inside, x, tf.mul(scale, tf.div(x, norm))))
  })
}

const parse = optionsFor<ScaleOption>()('projectionL2Ball', scaleSpec)
