import { conditionally } from './conditionally.js'

/** Runs a transformation only where a condition holds; elsewhere updates pass unchanged.
 *
 *    u = tx(g) where shouldTransformFn(step, extra);   else u = g, and tx keeps its state
 *
 *  Shapes   state `{ inner, step }`.
 *  Laws     always true is the inner transformation; always false is `identity`. `step` counts every update, the inner
 *           state only its own.
 *  Throws   `TypeError` where the condition gives no boolean, or reads an extra that was not handed in (`'loss' in extra`
 *           asks).
 *  Departs  what the condition reads is required in the type of `update`; optax forwards it where `forward_extra_args`
 *           is set.
 *  Source   optax.conditionally_transform
 *  Example  `conditionallyTransform({ shouldTransformFn: (step) => step >= 100 })(clipByGlobalNorm({ maxNorm: 1 }))` */
export const conditionallyTransform = conditionally('conditionallyTransform', 'pass')
