import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

/** Options of `scaleByKerasAdamax`. */
export interface ScaleByKerasAdamaxOptions {
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-7 */
  readonly eps?: number
}

/** Adamax as Keras has it: ε is added to the norm at last, and never kept.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     ν = max(β₂·ν, |g|)     u = (m/(1−β₁ᵗ)) / (ν + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters.
 *  @departs from `scaleByAdamax`, where ε stands inside the maximum.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980, §7.1; keras.optimizers.Adamax
 *  @example chain(scaleByKerasAdamax(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByKerasAdamax = (given?: ScaleByKerasAdamaxOptions) => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  return equation({
    name: 'scaleByKerasAdamax',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({ b1, a1: 1 - b1, b2, eps, c1: 1 - b1 ** (count + 1) }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, eps, c1 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const most = A.max(A.mul(b2, nu), A.abs(g))
    return { update: A.div(A.div(m, c1), A.add(most, eps)), mu: m, nu: most }
  })
}

const parse = optionsFor<ScaleByKerasAdamaxOptions>()('scaleByKerasAdamax', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-7),
})
