import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { inProportion } from './inProportion.js'

/** Options of `clipByGlobalNorm`. */
export interface ClipByGlobalNormOptions {
  /** The largest norm of all updates together. */
  readonly maxNorm: number
}

/** Scales all updates down together so that their global norm is at most a bound.
 *
 *  ```text
 *  u = g  where ‖g‖ ≤ maxNorm,  else g·(maxNorm/‖g‖)        ‖g‖ = √Σ gᵢ² over all leaves
 *  ```
 *
 *  @shapes any; no state.
 *  @units maxNorm is in the updates' units.
 *  @laws never increases the norm; keeps the direction; idempotent up to rounding.
 *  @departs as in optax an infinite gradient gives NaN; one division for the tree, where optax has one for every
 *    element.
 *  @reference Pascanu et al. 2013, arXiv:1211.5063; optax.clip_by_global_norm
 *  @example chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3 })) */
export const clipByGlobalNorm = (given: ClipByGlobalNormOptions): Transformation<Stateless> => {
  const { maxNorm } = parse(given)
  return equation({ name: 'clipByGlobalNorm', options: { maxNorm }, scalars: () => ({ most: maxNorm }) })(
    (A) =>
      ({ update: g }, { most }) => {
        const norm = A.treeNorm(g)
        return { update: A.where(A.lessEqual(norm, most), g, inProportion(A)(g, most, norm)) }
      },
  )
}

const parse = optionsFor<ClipByGlobalNormOptions>()('clipByGlobalNorm', { maxNorm: required(nonNegative) })
