import { conditionally } from './conditionally.js'

/** Runs a transformation only where a condition holds; elsewhere nothing changes.
 *
 *  ```text
 *  u = tx(g) where shouldTransformFn(step, extra);   else u = 0, and tx keeps its state
 *  ```
 *
 *  @shapes state `{ inner, step }`.
 *  @laws always true is the inner transformation; where the condition does not hold parameters stay the same
 *    tensors. `step` counts every update, the inner state only its own.
 *  @throws `TypeError` where the condition gives no boolean, or reads an extra that was not handed in (`'loss' in extra`
 *    asks).
 *  @departs what the condition reads is required in the type of `update`; optax forwards it where `forward_extra_args`
 *    is set.
 *  @reference optax.conditionally_mask
 *  @example conditionallyMask({ shouldTransformFn: (step, { loss }: { loss: number }) => loss < 10 })(adam({ learningRate: 1e-3 })) */
export const conditionallyMask = conditionally('conditionallyMask', 'zero')
