import { finite, nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'

/** Gives the updates of the whole tree one length.
 *
 *    u = g / ((‖g‖ + ε) / scaleFactor)        ‖g‖ = √Σ gᵢ² over all leaves
 *
 *  Shapes   any; no state.
 *  Laws     ‖u‖ = |scaleFactor| up to ε; keeps the direction.
 *  Source   optax.normalize_by_update_norm
 *  Example  `normalizeByUpdateNorm({ scaleFactor: -0.1 })` */
export const normalizeByUpdateNorm = (given?: OptionsOf<typeof parse>) => {
  const { scaleFactor, eps } = parse(given)
  return equation({
    name: 'normalizeByUpdateNorm',
    options: { scaleFactor, eps },
    scalars: () => ({ s: scaleFactor, eps }),
  })((A) => ({ update: g }, { s, eps }) => ({ update: A.div(g, A.div(A.add(A.sqrt(A.treeSum(A.mul(g, g))), eps), s)) }))
}

const parse = options('normalizeByUpdateNorm', {
  scaleFactor: withDefault(finite, 1),
  eps: withDefault(nonNegative, 1e-6),
})
