import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByBelief, scaleByBelief, type ScaleByBeliefState } from '../transforms/scaleByBelief.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `adabelief`. */
export interface AdabeliefOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
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
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
}

/** The state of `adabelief`. */
export type AdabeliefState<P> = readonly [direction: ScaleByBeliefState<P>, rate: CountState]

/** `AdabeliefState` as a function of the parameters. */
export interface Adabelief extends StateLambda {
  readonly State: AdabeliefState<this['Params']>
}

/** The state of `adabelief` where each leaf counts, as a function of the parameters. */
export type AdabeliefByLeaf = Chained<readonly [ByLeaf<ScaleByBelief>, Counting]>

/** AdaBelief: bold where gradients are as foretold, timid where they surprise.
 *
 *  ```text
 *  p ← p − η·m̂ / (√ŝ + ε)        (see `scaleByBelief`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByBelief`.
 *  @departs as `scaleByBelief` does.
 *  @reference Zhuang et al. 2020, arXiv:2010.07468; optax.adabelief
 *  @example adabelief({ learningRate: 1e-3 }) */
export function adabelief<C extends CountBy = 'step'>(
  given: AdabeliefOptions & Counts<C>,
): Transformation<CountedBy<C, Adabelief, AdabeliefByLeaf>>
export function adabelief(given: AdabeliefOptions & Counts<'step'>): Transformation<Adabelief>
export function adabelief(given: AdabeliefOptions): Transformation<CountedBy<CountBy, Adabelief, AdabeliefByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adabelief', checked, chain(scaleByBelief(moments), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<AdabeliefOptions>()('adabelief', {
  ...adamOptions,
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  nesterov: withDefault(flag, false),
  ...countOption,
})
