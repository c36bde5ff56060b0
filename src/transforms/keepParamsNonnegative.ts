import { equation } from '../transformation/equation.js'

/** Stops parameters at zero. It comes last in a chain.
 *
 *    u = −p where p + g < 0, else g
 *
 *  Shapes   any; no state.
 *  Laws     parameters that start ≥ 0 stay ≥ 0, exactly.
 *  Source   optax.keep_params_nonnegative
 *  Example  `chain(sgd({ learningRate: 0.1 }), keepParamsNonnegative())` */
export const keepParamsNonnegative = () => nonnegative

const nonnegative = equation({ name: 'keepParamsNonnegative' })((A) => ({ update, param }) => ({
  update: A.where(A.less(A.add(param, update), A.lit(0)), A.neg(param), update),
}))
