import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Gradients of length 1: what `sam` climbs along.
 *
 *  ```text
 *  u = g/‖g‖,  0 where ‖g‖ = 0        ‖·‖ over the tree
 *  ```
 *
 *  @shapes any; no state.
 *  @laws invariant to the scale of gradients; idempotent.
 *  @departs a gradient of zero stays zero; optax gives NaN.
 *  @reference optax.contrib.normalize
 *  @example chain(normalize(), sgd({ learningRate: 0.05 })) */
export const normalize = (): Transformation<Stateless> =>
  equation({ name: 'normalize' })((A) => ({ update }) => {
    const norm = A.treeNorm(update)
    return { update: A.div(update, A.where(A.equal(norm, A.lit(0)), A.lit(1), norm)) }
  })
