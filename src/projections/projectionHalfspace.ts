import * as tf from '@tensorflow/tfjs-core'
import { finite } from '../scalars/numbers.js'
import { anything } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { moved, normalOf } from './alongNormal.js'
import { projected } from './projected.js'
import type { Hyperplane } from './projectionHyperplane.js'

/** The nearest tree on the inner side of a hyperplane.
 *
 *  ```text
 *  y = x + a·min(0, b − ⟨x, a⟩)/⟨a, a⟩        in {⟨x, a⟩ ≤ b}; inner products over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` where b is not finite; `TreeMismatch` naming the path where `a` has no leaf, or another shape;
 *    for leaves that are not float32.
 *  @laws idempotent up to rounding, and no two trees are further apart afterwards. Differentiable.
 *  @departs with a normal of zeros, for which the set is everything or nothing, x stays: optax gives NaN.
 *  @reference optax.projections.projection_halfspace
 *  @example projectionHalfspace(gradients, { a: params, b: 0 }) */
export const projectionHalfspace = <P>(
  ...[tree, plane]: readonly [tree: P & TreeOf<P>, plane: NoInfer<Hyperplane<P>>]
): Leaves<P, tf.Tensor> => {
  const { a, b } = parse(plane)
  return projected('projectionHalfspace', tree, (leaves) => {
    const normal = normalOf('projectionHalfspace', leaves, a)
    return moved(leaves, normal, tf.minimum(tf.sub(tf.div(b, normal.norm), normal.along), 0))
  })
}

const parse = options('projectionHalfspace', {
  a: required(anything<unknown>('a tree of tensors', 'params')),
  b: required(finite),
})
