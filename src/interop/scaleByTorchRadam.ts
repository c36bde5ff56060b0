import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

/** Options of `scaleByTorchRadam`. */
export interface ScaleByTorchRadamOptions {
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
}

/** RAdam as PyTorch has it: ε stands beside the root of the second moment before its bias correction.
 *
 *  ```text
 *  ρ∞ = 2/(1−β₂) − 1     ρ = ρ∞ − 2t·β₂ᵗ/(1−β₂ᵗ)     r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ))
 *  u = r·√(1−β₂ᵗ)/(√v + ε)·m̂ where ρ > 5,  else m̂
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters.
 *  @units as in `scaleByRadam`.
 *  @departs from `scaleByRadam` in where ε stands, and in ρ = 5 itself, which is not trusted here.
 *  @reference Liu et al. 2020, arXiv:1908.03265; torch.optim.RAdam
 *  @example chain(scaleByTorchRadam(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByTorchRadam = (given?: ScaleByTorchRadamOptions) => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  return equation({
    name: 'scaleByTorchRadam',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      c1: 1 - b1 ** (count + 1),
      ...rectification(b2, count + 1),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, c1, trusted, r }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const direction = A.div(m, c1)
    const rectified = A.div(A.mul(r, direction), A.add(A.sqrt(v), eps))
    return { update: A.where(A.less(A.lit(0), trusted), rectified, direction), mu: m, nu: v }
  })
}

/** Whether the second moment is trusted after t gradients (1 or 0), and what the direction is multiplied by then. */
const rectification = (b2: number, t: number) => {
  const last = 2 / (1 - b2) - 1
  const c2 = 1 - b2 ** t
  const rho = last - (2 * t * b2 ** t) / c2
  if (rho <= 5) return { trusted: 0, r: 0 }
  return { trusted: 1, r: Math.sqrt((c2 * (rho - 4) * (rho - 2) * last) / ((last - 4) * (last - 2) * rho)) }
}

const parse = optionsFor<ScaleByTorchRadamOptions>()('scaleByTorchRadam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
})
