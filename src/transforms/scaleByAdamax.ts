import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'

/** Adam with the largest gradient in place of the second moment.
 *
 *    m = β₁·m + (1−β₁)·g     ν = max(|g| + ε, β₂·ν)     u = (m/(1−β₁ᵗ)) / ν
 *
 *  Shapes   state `{ count, mu, nu }`; mu and nu like the parameters.
 *  Laws     |u| ≤ 1/(1−β₁); invariant to the scale of gradients where ε = 0.
 *  Departs  ε stands inside the maximum, as in optax; the paper has none. One count for all leaves, as in `scaleByAdam`:
 *           a first gradient after n steps gives (1−β₁)/(1−β₁ⁿ⁺¹) of sign(g). ε = 0 with zero gradients only is NaN.
 *  Source   Kingma & Ba 2015, arXiv:1412.6980, §7.1; optax.scale_by_adamax
 *  Example  `chain(scaleByAdamax(), scaleByLearningRate({ learningRate: 2e-3 }))` */
export const scaleByAdamax = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  return equation({
    name: 'scaleByAdamax',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({ b1, a1: 1 - b1, b2, eps, c1: 1 - b1 ** (count + 1) }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, eps, c1 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const most = A.max(A.add(A.abs(g), eps), A.mul(b2, nu))
    return { update: A.div(A.div(m, c1), most), mu: m, nu: most }
  })
}

const parse = options('scaleByAdamax', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
})
