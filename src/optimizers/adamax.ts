import { chain } from '../combinators/chain.js'
import { optionsFor } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { scaleByAdamax, type ScaleByAdamaxByLeaf, type ScaleByAdamaxState } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `adamax`. */
export interface AdamaxOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
  /** Decay of the first moment, in [0, 1). */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1). */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero. */
  readonly eps?: number
}

/** The state of `adamax`. */
export type AdamaxState<P> = readonly [direction: ScaleByAdamaxState<P>, rate: CountState]

/** `AdamaxState` as a function of the parameters. */
export interface Adamax extends StateLambda {
  readonly State: AdamaxState<this['Params']>
}

/** The state of `adamax` where each leaf counts, as a function of the parameters. */
export type AdamaxByLeaf = Chained<readonly [ScaleByAdamaxByLeaf, Counting]>

/** Adam with the largest gradient in place of the second moment.
 *
 *  ```text
 *  p ← p − η·(m/(1−β₁ᵗ)) / ν        (see `scaleByAdamax`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdamax`.
 *  @departs as `scaleByAdamax` does.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980, §7.1; optax.adamax
 *  @example adamax({ learningRate: 2e-3 }) */
export function adamax<C extends CountBy = 'step'>(
  given: AdamaxOptions & Counts<C>,
): Transformation<CountedBy<C, Adamax, AdamaxByLeaf>>
export function adamax(given: AdamaxOptions & Counts<'step'>): Transformation<Adamax>
export function adamax(given: AdamaxOptions): Transformation<CountedBy<CountBy, Adamax, AdamaxByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adamax', checked, chain(scaleByAdamax(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = optionsFor<AdamaxOptions>()('adamax', { learningRate, b1, b2, eps, ...countOption })
