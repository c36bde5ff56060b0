import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { biasCorrected } from './biasCorrected.js'
import { countOption, type CountBy, type CountedBy, type Counts } from './countOption.js'
import { moment } from './moment.js'

/** Options of `scaleByBelief`. */
export interface ScaleByBeliefOptions {
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
   *  @defaultValue 1e-16 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 1e-16 */
  readonly epsRoot?: number
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `scaleByBelief`. */
export interface ScaleByBeliefState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The mean square of what gradients differ from the first moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByBeliefState` as a function of the parameters. */
export interface ScaleByBelief extends StateLambda {
  readonly State: ScaleByBeliefState<this['Params']>
}

/** Rescales by the belief in a gradient: how near it is to what its running average foretold.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     s = β₂·s + (1−β₂)·(g−m)² + ε_root     u = m̂ / (√ŝ + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction. With `count: 'leaf'` also
 *    muCorrection and nuCorrection, one number for each leaf.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @laws the first step is sign(g)/β₁ up to ε.
 *  @departs ε_root is added to the stored s at every step, so it adds up; nothing else is under the root. One count for
 *    all leaves, as in `scaleByAdam`, unless `count: 'leaf'`: a leaf whose first gradient comes late starts too
 *    small or too large.
 *  @reference Zhuang et al. 2020, arXiv:2010.07468; optax.scale_by_belief
 *  @example chain(scaleByBelief(), scaleByLearningRate({ learningRate: 1e-3 })) */
export function scaleByBelief<C extends CountBy = 'step'>(
  given?: ScaleByBeliefOptions & Counts<C>,
): Transformation<CountedBy<C, ScaleByBelief>>
export function scaleByBelief(given?: ScaleByBeliefOptions & Counts<'step'>): Transformation<ScaleByBelief>
export function scaleByBelief(given?: ScaleByBeliefOptions): Transformation<CountedBy<CountBy, ScaleByBelief>> {
  const checked = parse(given)
  const { eps, epsRoot, nesterov, count } = checked
  return biasCorrected(
    { name: 'scaleByBelief', options: checked, slots: { mu: zeros, nu: zeros }, scalars: { eps, epsRoot } },
    count,
  )((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, epsRoot: root }, { c1, c1Next, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const surprise = A.sub(g, m)
    const s = A.add(moment(A)(b2, nu, a2, A.mul(surprise, surprise)), root)
    const direction = nesterov ? A.add(A.div(A.mul(b1, m), c1Next), A.div(A.mul(a1, g), c1)) : A.div(m, c1)
    return { update: A.div(direction, A.add(A.sqrt(A.div(s, c2)), eps)), mu: m, nu: s }
  })
}

const parse = optionsFor<ScaleByBeliefOptions>()('scaleByBelief', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  nesterov: withDefault(flag, false),
  ...countOption,
})
