import { conditionally } from './conditionally.js'

/** Runs a transformation only where a condition holds; elsewhere updates pass unchanged.
 *
 *  ```text
 *  u = tx(g) where shouldTransformFn(step, extra);   else u = g, and tx keeps its state
 *  ```
 *
 *  @shapes state `{ inner, step }`.
 *  @laws always true is the inner transformation; always false is `identity`. `step` counts every update, the inner
 *    state only its own.
 *  @throws `TypeError` where the condition gives no boolean, or reads an extra that was not handed in (`'loss' in extra`
 *    asks).
 *  @departs what the condition reads is required in the type of `update`; optax forwards it where `forward_extra_args`
 *    is set.
 *  @reference optax.conditionally_transform
 *  @example conditionallyTransform({ shouldTransformFn: (step) => step >= 100 })(clipByGlobalNorm({ maxNorm: 1 })) */
export const conditionallyTransform = conditionally('conditionallyTransform', 'pass')
