import { chain } from '../combinators/chain.js'
import { optionsFor } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByAdam, scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `nadamw`. */
export interface NadamwOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 1e-4 */
  readonly weightDecay?: number | Schedule
  /** Which leaves it applies to: a tree of booleans, or a function of the parameters such as `byPath(…)`. Default: all. */
  readonly mask?: MaskLike
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

/** The state of `nadamw`. */
export type NadamwState<P> = readonly [direction: ScaleByAdamState<P>, decay: CountState, rate: CountState]

/** `NadamwState` as a function of the parameters. */
export interface Nadamw extends StateLambda {
  readonly State: NadamwState<this['Params']>
}

/** The state of `nadamw` where each leaf counts, as a function of the parameters. */
export type NadamwByLeaf = Chained<readonly [ByLeaf<ScaleByAdam>, Counting, Counting]>

/** Adam with Nesterov's momentum and decoupled weight decay.
 *
 *  ```text
 *  p ← p − η·(m̂ / (√(v̂ + ε_root) + ε) + w·p),   m̂ as in `nadam`
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  @laws `adamw` with `nesterov: true`.
 *  @departs as `nadam` and `adamw` do.
 *  @reference Dozat 2016; Loshchilov & Hutter 2019, arXiv:1711.05101; optax.nadamw
 *  @example nadamw({ learningRate: 2e-3, weightDecay: 0.01 }) */
export function nadamw<C extends CountBy = 'step'>(
  given: NadamwOptions & Counts<C>,
): Transformation<CountedBy<C, Nadamw, NadamwByLeaf>>
export function nadamw(given: NadamwOptions & Counts<'step'>): Transformation<Nadamw>
export function nadamw(given: NadamwOptions): Transformation<CountedBy<CountBy, Nadamw, NadamwByLeaf>> {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'nadamw',
    checked,
    chain(
      scaleByAdam({ ...moments, nesterov: true }),
      decayed(weightDecay, mask),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = optionsFor<NadamwOptions>()('nadamw', { ...adamOptions, ...decayOptions(1e-4), ...countOption })
