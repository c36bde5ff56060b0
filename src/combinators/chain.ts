import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated, relocated } from '../equation/Program.js'
import { at } from '../state/paths.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { Chained, ExtrasOf, LambdasOf } from '../transformation/types.js'

/** Applies transformations in order: each sees the updates of the one before.
 *
 *  ```text
 *  (u₁, s₁) = t₁(g, s₁)   (u₂, s₂) = t₂(u₁, s₂)   …   state = [s₁, s₂, …]
 *  ```
 *
 *  @shapes the state is a tuple of the parts' states, typed part by part.
 *  @laws `identity` is its unit and it is associative, up to the nesting of states; composition is fusion: equations
 *    that follow each other are one pass over memory.
 *  @departs `chain()` is `identity`; optax raises.
 *  @reference optax.chain
 *  @example chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3 })) */
export const chain = <const Ts extends readonly AnyTransformation[]>(
  ...parts: Ts
): Transformation<Chained<LambdasOf<Ts>>, ExtrasOf<Ts>> => {
  const anatomies = parts.map((part, i) => anatomyOf(`chain: part ${i}`, part))
  return assemble({
    description: { name: 'chain', options: {}, parts: anatomies.map(({ description }) => description) },
    shape: { kind: 'tuple', parts: anatomies.map(({ shape }) => shape) },
    plan: sequence(anatomies.map(({ plan }, i) => ({ key: i, plan }))),
  })
}

/** The plan of parts whose states lie side by side under the given keys.
 *
 *  @internal */
export const sequence = (
  parts: readonly { readonly key: string | number; readonly plan: AnyTransformation['anatomy']['plan'] }[],
) => {
  const joined = concatenated()
  const placed = parts.map(({ key, plan }) => {
    const move = relocated([key])
    return (state: unknown, occasion: Parameters<typeof plan>[1]) => move(plan(at(state, [key]), occasion))
  })
  return (state: unknown, occasion: Parameters<AnyTransformation['anatomy']['plan']>[1]) =>
    joined(placed.map((plan) => plan(state, occasion)))
}
