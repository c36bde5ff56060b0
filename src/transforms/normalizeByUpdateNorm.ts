import { finite, nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Options of `normalizeByUpdateNorm`. */
export interface NormalizeByUpdateNormOptions {
  /** What the normalized updates are multiplied with.
   *
   *  @defaultValue 1 */
  readonly scaleFactor?: number
  /** Added to the norm before dividing.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
}

/** Gives the updates of the whole tree one length.
 *
 *  ```text
 *  u = g / ((‖g‖ + ε) / scaleFactor),   0 where ‖g‖ + ε = 0        ‖g‖ = √Σ gᵢ² over all leaves
 *  ```
 *
 *  @shapes any; no state.
 *  @laws ‖u‖ = |scaleFactor| up to ε; keeps the direction.
 *  @reference optax.normalize_by_update_norm
 *  @example normalizeByUpdateNorm({ scaleFactor: -0.1 }) */
export const normalizeByUpdateNorm = (given?: NormalizeByUpdateNormOptions): Transformation<Stateless> => {
  const { scaleFactor, eps } = parse(given)
  return equation({
    name: 'normalizeByUpdateNorm',
    options: { scaleFactor, eps },
    scalars: () => ({ s: scaleFactor, eps }),
  })((A) => ({ update: g }, { s, eps }) => {
    const length = A.add(A.treeNorm(g), eps)
    // Zeros have no direction: they stay zeros, where 0/0 would be none.
    return { update: A.div(g, A.where(A.equal(length, A.lit(0)), A.lit(1), A.div(length, s))) }
  })
}

const parse = optionsFor<NormalizeByUpdateNormOptions>()('normalizeByUpdateNorm', {
  scaleFactor: withDefault(finite, 1),
  eps: withDefault(nonNegative, 1e-6),
})
