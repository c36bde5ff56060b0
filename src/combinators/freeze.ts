import { maskOptionLike } from './maskOption.js'
import { alone, zeroed } from './segments.js'
import { options, required } from '../scalars/options.js'
import { stateless } from '../state/StateShape.js'
import { assemble } from '../transformation/assemble.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { maskScope, type MaskLike } from './maskScope.js'

/** Which leaves are frozen. */
export interface FreezeOptions {
  /** `true` for a leaf that must not change. */
  readonly mask: MaskLike
}

/** Replaces the updates of the masked leaves by zero: their parameters never change, the same tensors.
 *
 *  ```text
 *  uᵢ = 0 where maskᵢ, else gᵢ
 *  ```
 *
 *  @shapes any; no state. To save the optimizer's state of frozen leaves too, use `selectiveTransform`.
 *  @throws `TreeMismatch` when the mask does not fit the parameters.
 *  @laws idempotent; all `false` is `identity`. At the end of a chain, for what comes after may add to the zeros.
 *  @reference optax.freeze
 *  @example chain(adam({ learningRate: 1e-3 }), freeze({ mask: byPath(matching('embed/**')) })) */
export const freeze = (given: FreezeOptions): Transformation<Stateless> => {
  const { mask } = parse(given)
  const scope = maskScope('freeze', mask)
  // There is no state, but `init` sees whether the mask fits.
  const shape = { kind: 'hidden', scope, part: stateless } as const
  const program = alone(zeroed, scope)
  return assemble({ description: { name: 'freeze', options: {}, parts: [], scope }, shape, plan: () => program })
}

const parse = options('freeze', {
  mask: required(maskOptionLike('{ embed: true, dense: false }')),
})
