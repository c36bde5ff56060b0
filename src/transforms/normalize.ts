import { equation } from '../transformation/equation.js'

/** Gradients of length 1: what `sam` climbs along.
 *
 *    u = g/‖g‖,  0 where ‖g‖ = 0        ‖·‖ over the tree
 *
 *  Shapes   any; no state.
 *  Laws     invariant to the scale of gradients; idempotent.
 *  Departs  a gradient of zero stays zero; optax gives NaN.
 *  Source   optax.contrib.normalize
 *  Example  `chain(normalize(), sgd({ learningRate: 0.05 }))` */
export const normalize = () =>
  equation({ name: 'normalize' })((A) => ({ update }) => {
    const norm = A.treeNorm(update)
    return { update: A.div(update, A.where(A.equal(norm, A.lit(0)), A.lit(1), norm)) }
  })
