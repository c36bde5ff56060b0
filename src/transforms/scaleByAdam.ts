import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { biasCorrected } from './biasCorrected.js'
import { countOption, type CountBy, type CountedBy, type Counts } from './countOption.js'

/** Options of `scaleByAdam`. */
export interface ScaleByAdamOptions {
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
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
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `scaleByAdam`. */
export interface ScaleByAdamState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByAdamState` as a function of the parameters. */
export interface ScaleByAdam extends StateLambda {
  readonly State: ScaleByAdamState<this['Params']>
}

/** Rescales updates by running estimates of their first two moments.
 *
 *  ```text
 *  mₜ = β₁·mₜ₋₁ + (1−β₁)·gₜ     vₜ = β₂·vₜ₋₁ + (1−β₂)·gₜ²     u = m̂ / (√(v̂ + ε_root) + ε)
 *  m̂ = mₜ/(1−β₁ᵗ)     v̂ = vₜ/(1−β₂ᵗ)     nesterov: m̂ = β₁·mₜ/(1−β₁ᵗ⁺¹) + (1−β₁)·gₜ/(1−β₁ᵗ)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction. With `count: 'leaf'` also
 *    muCorrection and nuCorrection, 1−β₁ᵗ and 1−β₂ᵗ of each leaf: one number for it.
 *  @units gradient/gradient: a direction; it needs a learning rate in the parameters' units. Gradients from 1.8e19
 *    on have no square in float32: their nu is infinite for good, and those elements stand still.
 *    `clipByGlobalNorm` before it keeps them finite: norms have no such bound.
 *  @laws invariant to the scale of gradients where ε = 0; the first step is sign(g) there, up to rounding. With
 *    `count: 'leaf'` each leaf takes the steps that it would take alone, to 6e-6 of them.
 *  @departs one count for all leaves, as in optax: a leaf whose first gradient comes after n steps starts with moments of
 *    zero and the bias correction of step n + 1. Its first update is 0.74 of sign(g) after one step, 2.5 of it
 *    after 999. `count: 'leaf'` counts for each leaf the steps on which it has a gradient, as PyTorch does; begin
 *    with it, since another state does not know them. ε = 0 with a gradient that has always been zero is 0/0, NaN.
 *    The bias correction is computed in double and multiplied in, not divided: a division for every element
 *    costs a quarter of a step, and the two differ by the last bit; with nesterov v̂ keeps no extra factor.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980; Dozat 2016; optax.scale_by_adam
 *  @example chain(scaleByAdam({ b2: 0.99 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export function scaleByAdam<C extends CountBy = 'step'>(
  given?: ScaleByAdamOptions & Counts<C>,
): Transformation<CountedBy<C, ScaleByAdam>>
export function scaleByAdam(given?: ScaleByAdamOptions & Counts<'step'>): Transformation<ScaleByAdam>
export function scaleByAdam(given?: ScaleByAdamOptions): Transformation<CountedBy<CountBy, ScaleByAdam>> {
  const checked = parse(given)
  const { eps, epsRoot, nesterov, count } = checked
  return biasCorrected(
    { name: 'scaleByAdam', options: checked, slots: { mu: zeros, nu: zeros }, scalars: { eps, epsRoot } },
    count,
  )((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, epsRoot: root }, { r1, r1Next, r2 }) => {
    const m = A.add(A.mul(b1, mu), A.mul(a1, g))
    const v = A.add(A.mul(b2, nu), A.mul(a2, A.mul(g, g)))
    const direction = nesterov ? A.add(A.mul(A.mul(b1, m), r1Next), A.mul(A.mul(a1, g), r1)) : A.mul(m, r1)
    const unbiased = A.mul(v, r2)
    const spread = A.sqrt(epsRoot === 0 ? unbiased : A.add(unbiased, root))
    return { update: A.div(direction, A.add(spread, eps)), mu: m, nu: v }
  })
}

const parse = optionsFor<ScaleByAdamOptions>()('scaleByAdam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  nesterov: withDefault(flag, false),
  ...countOption,
})
