import { knownOnly } from '../scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { normalOf } from './alongNormal.js'
import { projected } from './projected.js'

/** A direction. */
export interface Direction<P> {
  /** A tree like that which is projected. */
  readonly a: Leaves<P, tf.Tensor>
}

/** The nearest multiple of a direction.
 *
 *  ```text
 *  y = a·⟨x, a⟩/⟨a, a⟩        inner products over all leaves together
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `TreeMismatch` naming the path where `a` has no leaf, or another shape; for leaves that are not float32.
 *  @laws linear in x; idempotent up to rounding; invariant to the scale of a. Differentiable.
 *  @departs the multiples of zeros are zeros: optax gives NaN.
 *  @reference optax.projections.projection_vector
 *  @example projectionVector(gradients, { a: params }) */
export const projectionVector = <P>(
  ...[tree, direction]: readonly [tree: P & TreeOf<P>, direction: NoInfer<Direction<P>>]
): Leaves<P, tf.Tensor> => {
  const { a } = known(direction)
  return projected('projectionVector', tree, (leaves) => {
    const { unit, along } = normalOf('projectionVector', leaves, a)
    return unit.map((u) => tf.mul(along, u))
  })
}

const known = knownOnly<Direction<unknown>>('projectionVector', { a: 'required' })
