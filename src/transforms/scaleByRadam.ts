import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByRadam`. */
export interface ScaleByRadamOptions {
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
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** From which length of the average on the variance is used.
   *
   *  @defaultValue 5 */
  readonly threshold?: number
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `scaleByRadam`. */
export interface ScaleByRadamState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByRadamState` as a function of the parameters. */
export interface ScaleByRadam extends StateLambda {
  readonly State: ScaleByRadamState<this['Params']>
}

/** Adam that trusts its second moment only when enough gradients have gone into it.
 *
 *  ```text
 *  ρ∞ = 2/(1−β₂) − 1     ρ = ρ∞ − 2t·β₂ᵗ/(1−β₂ᵗ)     r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ))
 *  u = r·m̂ / (√(v̂ + ε_root) + ε) where ρ ≥ threshold,  else m̂
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction.
 *  @units the first steps are gradients, the later ones directions: five of the former with β₂ = 0.999. As in
 *    `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @departs threshold 5 with ≥, as in optax; the paper has > 4. One count for all leaves, as in optax: a leaf whose first
 *    gradient comes after n steps starts with moments of zero, but with the trust and the bias correction of step
 *    n + 1. There is no `count: 'leaf'` here: ρ of a leaf is a difference of large numbers, which float32 lacks.
 *  @reference Liu et al. 2020, arXiv:1908.03265; optax.scale_by_radam
 *  @example chain(scaleByRadam(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByRadam = (given?: ScaleByRadamOptions): Transformation<ScaleByRadam> => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot, threshold, nesterov } = checked
  return equation({
    name: 'scaleByRadam',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      epsRoot,
      ...rectification(b2, count + 1, threshold),
      c1: 1 - b1 ** (count + 1),
      c1Next: 1 - b1 ** (count + 2),
      c2: 1 - b2 ** (count + 1),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, epsRoot: root, trusted, r, c1, c1Next, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const direction = nesterov ? A.add(A.div(A.mul(b1, m), c1Next), A.div(A.mul(a1, g), c1)) : A.div(m, c1)
    const rectified = A.div(A.mul(r, direction), A.add(A.sqrt(A.add(A.div(v, c2), root)), eps))
    return { update: A.where(A.less(A.lit(0), trusted), rectified, direction), mu: m, nu: v }
  })
}

/** Whether the second moment is trusted after t gradients (1 or 0), and the factor that makes up for its variance. */
const rectification = (b2: number, t: number, threshold: number) => {
  const last = 2 / (1 - b2) - 1
  const rho = last - (2 * t * b2 ** t) / (1 - b2 ** t)
  if (rho < threshold) return { trusted: 0, r: 0 }
  return { trusted: 1, r: Math.sqrt(((rho - 4) * (rho - 2) * last) / ((last - 4) * (last - 2) * rho)) }
}

const parse = optionsFor<ScaleByRadamOptions>()('scaleByRadam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  threshold: withDefault(nonNegative, 5),
  nesterov: withDefault(flag, false),
})
