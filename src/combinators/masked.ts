import { maskOption } from './maskOption.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated, empty, narrowed, type Plan, type Program } from '../equation/Program.js'
import type { Mask } from '../equation/Scope.js'
import { oneOf } from '../scalars/kinds.js'
import { options, required, withDefault } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { Hidden } from '../tree/Tree.js'
import { complement, maskScope, type MaskLike } from './maskScope.js'
import { alone, zeroed } from './segments.js'

/** Which leaves a transformation sees, and what becomes of the others. */
export interface MaskedOptions {
  /** `true` for the leaves that the inner transformation sees. */
  readonly mask: MaskLike
  /** What the other leaves' updates become: `pass` unchanged (optax), or `zero`. */
  readonly otherwise?: 'pass' | 'zero'
}

/** The inner state, with `null` in the place of what the mask hides. */
export interface Masked<F extends StateLambda> extends StateLambda {
  readonly State: StateOf<F, Hidden<this['Params']>>
}

/** Applies a transformation to the leaves of a mask only; the inner state holds nothing for the others.
 *
 *  ```text
 *  uᵢ = tx(g)ᵢ where maskᵢ;   otherwise uᵢ = gᵢ ('pass') or 0 ('zero')
 *  ```
 *
 *  @shapes the inner state has `null` where the mask hides a leaf; its norms and sums are over the leaves that it
 *    sees.
 *  @throws `TreeMismatch` when the mask does not fit the parameters.
 *  @laws all `true` is the inner transformation; all `false` with 'pass' is `identity`; hidden parameters never
 *    change with 'zero'.
 *  @departs the mask cannot depend on values. `describe(tx, params)` lists the leaves that pass, which surprises
 *    people.
 *  @reference optax.masked
 *  @example masked({ mask: byPath((path) => path.endsWith('kernel')) })(addDecayedWeights({ weightDecay: 1e-4 })) */
export const masked = (given: MaskedOptions) => {
  const { mask, otherwise } = parse(given)
  return <T extends AnyTransformation>(inner: T): Transformation<Masked<LambdaOf<T>>, ExtraOf<T>> => {
    const scope = maskScope('masked', mask)
    const { description, shape, plan } = anatomyOf('masked: what it wraps', inner)
    return assemble({
      description: { name: 'masked', options: { otherwise }, parts: [description], scope },
      shape: { kind: 'hidden', scope, part: shape },
      plan: within(scope, plan, otherwise),
    })
  }
}

const parse = options('masked', {
  mask: required(maskOption),
  otherwise: withDefault(oneOf('pass', 'zero'), 'pass'),
})

const within = (scope: Mask, plan: Plan, otherwise: 'pass' | 'zero'): Plan => {
  const narrow = narrowed(scope)
  const join = concatenated()
  const rest: Program = otherwise === 'zero' ? alone(zeroed, complement(scope)) : empty
  return (state, occasion) => join([narrow(plan(state, occasion)), rest])
}
