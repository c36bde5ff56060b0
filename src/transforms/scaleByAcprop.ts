import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAcprop`. */
export interface ScaleByAcpropOptions {
  /** The decay of the mean that gradients are compared with, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the mean squared difference, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root.
   *
   *  @defaultValue 1e-16 */
  readonly eps?: number
  /** Added to the mean squared difference at each step.
   *
   *  @defaultValue 1e-16 */
  readonly epsRoot?: number
}

/** The state of `scaleByAcprop`. */
export interface ScaleByAcpropState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The mean of gradients. */
  readonly mu: P
  /** The mean square of what gradients differ from it. */
  readonly nu: P
}

/** `ScaleByAcpropState` as a function of the parameters. */
export interface ScaleByAcprop extends StateLambda {
  readonly State: ScaleByAcpropState<this['Params']>
}

/** Divides gradients by the spread that was known before they came.
 *
 *  ```text
 *  u = g / (√ŝ + ε), ŝ = sₜ₋₁/(1−β₂ᵗ⁻¹), 1 at the first step
 *  sₜ = β₂·sₜ₋₁ + (1−β₂)·(g − mₜ₋₁)² + ε_root     mₜ = β₁·mₜ₋₁ + (1−β₁)·g
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters.
 *  @units gradients at the first step, directions later. An element whose first gradient is zero has no spread: its
 *    second step divides by √ε_root + ε, which is 1e-8 by default. As in `scaleByAdam`, gradients from 1.8e19 on
 *    make nu infinite for good.
 *  @laws the mean only centres the spread: with gradients that are the mean, the spread decays to ε_root/(1−β₂).
 *  @departs nothing.
 *  @reference Zhuang et al. 2021, arXiv:2110.05454; optax.contrib.scale_by_acprop
 *  @example chain(scaleByAcprop({ epsRoot: 1e-8 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAcprop = (given?: ScaleByAcpropOptions): Transformation<ScaleByAcprop> => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot } = checked
  return equation({
    name: 'scaleByAcprop',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => {
      const before = Math.max(count, 1) // at first there are no squares to correct
      return {
        b1,
        a1: 1 - b1,
        b2,
        a2: 1 - b2,
        eps,
        epsRoot,
        past: count,
        r2: 1 / (1 - b2 ** before),
      }
    },
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, epsRoot: root, past, r2 }) => {
    const difference = A.sub(g, mu)
    const spread = A.where(A.less(A.lit(0), past), A.sqrt(A.mul(nu, r2)), A.lit(1))
    return {
      update: A.div(g, A.add(spread, eps)),
      mu: moment(A)(b1, mu, a1, g),
      nu: A.add(moment(A)(b2, nu, a2, A.mul(difference, difference)), root),
    }
  })
}

const parse = options('scaleByAcprop', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
})
