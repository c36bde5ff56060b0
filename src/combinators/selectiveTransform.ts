import { maskOptionLike } from './maskOption.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated, narrowed } from '../equation/Program.js'
import { options, required } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { Masked } from './masked.js'
import { complement, maskScope, type MaskLike } from './maskScope.js'
import { alone, zeroed } from './segments.js'

/** Which leaves are frozen. */
export interface SelectiveTransformOptions {
  /** `true` for a leaf that must not change. */
  readonly freezeMask: MaskLike
}

/** Trains some leaves and freezes the others, for which nothing is kept.
 *
 *  ```text
 *  uᵢ = 0 where freezeMaskᵢ, else tx(g)ᵢ
 *  ```
 *
 *  @shapes the inner state has `null` for frozen leaves; norms and sums are over the others.
 *  @throws `TreeMismatch` when the mask does not fit the parameters.
 *  @laws all `false` is the inner transformation; frozen parameters stay the same tensors; it is `masked` on the
 *    other leaves with `otherwise: 'zero'`.
 *  @departs the state is the inner one; optax wraps it in a partition of "train" and "freeze".
 *  @reference optax.selective_transform
 *  @example selectiveTransform({ freezeMask: { embed: true, dense: false } })(adam({ learningRate: 1e-3 })) */
export const selectiveTransform = (given: SelectiveTransformOptions) => {
  const { freezeMask } = parse(given)
  const frozen = maskScope('selectiveTransform', freezeMask, 'freezeMask')
  const trained = complement(frozen)
  return <T extends AnyTransformation>(inner: T): Transformation<Masked<LambdaOf<T>>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('selectiveTransform: what it wraps', inner)
    const narrow = narrowed(trained)
    const join = concatenated()
    const rest = alone(zeroed, frozen)
    return assemble({
      description: { name: 'selectiveTransform', options: {}, parts: [description], scope: trained },
      shape: { kind: 'hidden', scope: trained, part: shape },
      plan: (state, occasion) => join([narrow(plan(state, occasion)), rest]),
    })
  }
}

const parse = options('selectiveTransform', {
  freezeMask: required(maskOptionLike('{ embed: true, dense: false }')),
})
