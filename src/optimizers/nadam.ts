import { chain } from '../combinators/chain.js'
import { optionsFor } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByAdam, scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `nadam`. */
export interface NadamOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
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
}

/** The state of `nadam`. */
export type NadamState<P> = readonly [direction: ScaleByAdamState<P>, rate: CountState]

/** `NadamState` as a function of the parameters. */
export interface Nadam extends StateLambda {
  readonly State: NadamState<this['Params']>
}

/** The state of `nadam` where each leaf counts, as a function of the parameters. */
export type NadamByLeaf = Chained<readonly [ByLeaf<ScaleByAdam>, Counting]>

/** Adam with Nesterov's momentum.
 *
 *  ```text
 *  p ← p − η·m̂ / (√(v̂ + ε_root) + ε),   m̂ = β₁·mₜ/(1−β₁ᵗ⁺¹) + (1−β₁)·gₜ/(1−β₁ᵗ)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  @laws `adam` with `nesterov: true`.
 *  @departs v̂ keeps no factor β₂, as in optax; Dozat's note has one.
 *  @reference Dozat 2016; optax.nadam
 *  @example nadam({ learningRate: 2e-3 }) */
export function nadam<C extends CountBy = 'step'>(
  given: NadamOptions & Counts<C>,
): Transformation<CountedBy<C, Nadam, NadamByLeaf>>
export function nadam(given: NadamOptions & Counts<'step'>): Transformation<Nadam>
export function nadam(given: NadamOptions): Transformation<CountedBy<CountBy, Nadam, NadamByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe(
    'nadam',
    checked,
    chain(scaleByAdam({ ...moments, nesterov: true }), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<NadamOptions>()('nadam', { ...adamOptions, ...countOption })
