import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Replaces every update by its sign.
 *
 *  ```text
 *  u = sign(g), and 0 where g is 0
 *  ```
 *
 *  @shapes any; no state.
 *  @laws idempotent; invariant to the scale of gradients.
 *  @reference Bernstein et al. 2018, arXiv:1802.04434; optax.scale_by_sign
 *  @example chain(scaleBySign(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleBySign = (): Transformation<Stateless> => sign

const sign = equation({ name: 'scaleBySign' })((A) => ({ update }) => ({ update: A.sign(update) }))
