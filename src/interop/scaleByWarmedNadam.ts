import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

/** Options of `scaleByWarmedNadam`. */
export interface ScaleByWarmedNadamOptions {
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
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** How fast the momentum warms up: PyTorch's own default; Keras has 1.
   *
   *  @defaultValue 0.004 */
  readonly momentumDecay?: number
}

/** NAdam with the momentum that its paper warms up, as PyTorch and Keras have it.
 *
 *  ```text
 *  μₜ = β₁·(1 − 0.96^(t·ψ)/2)     Πₜ = μ₁·…·μₜ     m, v as in `scaleByAdam`
 *  u = (μₜ₊₁·m/(1−Πₜ₊₁) + (1−μₜ)·g/(1−Πₜ)) / (√(v/(1−β₂ᵗ)) + ε)
 *  ```
 *
 *  @shapes state `{ count, product, mu, nu }`; mu and nu like the parameters, product is Π.
 *  @units as in `scaleByAdam`.
 *  @departs from `nadam`, which follows optax and keeps β₁ constant.
 *  @reference Dozat 2016; torch.optim.NAdam; keras.optimizers.Nadam
 *  @example chain(scaleByWarmedNadam(), scaleByLearningRate({ learningRate: 2e-3 })) */
export const scaleByWarmedNadam = (given?: ScaleByWarmedNadamOptions) => {
  const checked = parse(given)
  const { b1, b2, eps, momentumDecay } = checked
  const momentumAt = (t: number): number => b1 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
  return equation({
    name: 'scaleByWarmedNadam',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: {
      init: { count: 0, product: 1 },
      next: ({ count, product }) => ({ count: count + 1, product: product * momentumAt(count + 1) }),
    },
    scalars: ({ count, product }) => {
      const [now, next] = [momentumAt(count + 1), momentumAt(count + 2)]
      const reached = product * now
      return {
        b1,
        a1: 1 - b1,
        b2,
        a2: 1 - b2,
        eps,
        ofM: next / (1 - reached * next),
        ofG: (1 - now) / (1 - reached),
        c2: 1 - b2 ** (count + 1),
      }
    },
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, ofM, ofG, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const direction = A.add(A.mul(ofM, m), A.mul(ofG, g))
    return { update: A.div(direction, A.add(A.sqrt(A.div(v, c2)), eps)), mu: m, nu: v }
  })
}

const parse = optionsFor<ScaleByWarmedNadamOptions>()('scaleByWarmedNadam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  momentumDecay: withDefault(nonNegative, 0.004),
})
