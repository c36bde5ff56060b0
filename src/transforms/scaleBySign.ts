import { equation } from '../transformation/equation.js'

/** Replaces every update by its sign.
 *
 *    u = sign(g), and 0 where g is 0
 *
 *  Shapes   any; no state.
 *  Laws     idempotent; invariant to the scale of gradients.
 *  Source   Bernstein et al. 2018, arXiv:1802.04434; optax.scale_by_sign
 *  Example  `chain(scaleBySign(), scaleByLearningRate({ learningRate: 1e-3 }))` */
export const scaleBySign = () => sign

const sign = equation({ name: 'scaleBySign' })((A) => ({ update }) => ({ update: A.sign(update) }))
