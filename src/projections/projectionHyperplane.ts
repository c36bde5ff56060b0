import * as tf from '@tensorflow/tfjs-core'
import { finite } from '../scalars/numbers.js'
import { anything } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { moved, normalOf } from './alongNormal.js'
import { projected } from './projected.js'

/** A hyperplane, {x : ⟨x, a⟩ = b}. */
export interface Hyperplane<P> {
  /** Its normal: a tree like that which is projected. */
  readonly a: Leaves<P, tf.Tensor>
  /** Where it lies along the normal, times the length of it. */
  readonly b: number
}

/** The nearest tree on a hyperplane.
 *
 *  ```text
 *  y = x + a·(b − ⟨x, a⟩)/⟨a, a⟩        inner products over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` where b is not finite; `TreeMismatch` naming the path where `a` has no leaf, or another shape;
 *    for leaves that are not float32.
 *  @laws idempotent up to rounding, and no two trees are further apart afterwards. Differentiable.
 *  @departs with a normal of zeros, for which the plane is everything or nothing, x stays: optax gives NaN.
 *  @reference optax.projections.projection_hyperplane
 *  @example projectionHyperplane(gradients, { a: params, b: 0 }) */
export const projectionHyperplane = <P>(
  ...[tree, plane]: readonly [tree: P & TreeOf<P>, plane: NoInfer<Hyperplane<P>>]
): Leaves<P, tf.Tensor> => {
  const { a, b } = parse(plane)
  return projected('projectionHyperplane', tree, (leaves) => {
    const normal = normalOf('projectionHyperplane', leaves, a)
    return moved(leaves, normal, tf.sub(tf.div(b, normal.norm), normal.along))
  })
}

const parse = options('projectionHyperplane', {
  a: required(anything<unknown>('a tree of tensors', 'params')),
  b: required(finite),
})
