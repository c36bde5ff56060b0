import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Stops parameters at zero. It comes last in a chain.
 *
 *  ```text
 *  u = −p where p + g < 0, else g
 *  ```
 *
 *  @shapes any; no state.
 *  @laws parameters that start ≥ 0 stay ≥ 0, exactly.
 *  @reference optax.keep_params_nonnegative
 *  @example chain(sgd({ learningRate: 0.1 }), keepParamsNonnegative()) */
export const keepParamsNonnegative = (): Transformation<Stateless> => nonnegative

const nonnegative = equation({ name: 'keepParamsNonnegative' })((A) => ({ update, param }) => ({
  update: A.where(A.less(A.add(param, update), A.lit(0)), A.neg(param), update),
}))
