import { chain } from '../combinators/chain.js'
import { optionsFor } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { scaleByAdamax, type ScaleByAdamaxByLeaf, type ScaleByAdamaxState } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `adamaxw`. */
export interface AdamaxwOptions {
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
  /** Decay of the first moment, in [0, 1). */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1). */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero. */
  readonly eps?: number
}

/** The state of `adamaxw`. */
export type AdamaxwState<P> = readonly [direction: ScaleByAdamaxState<P>, decay: CountState, rate: CountState]

/** `AdamaxwState` as a function of the parameters. */
export interface Adamaxw extends StateLambda {
  readonly State: AdamaxwState<this['Params']>
}

/** The state of `adamaxw` where each leaf counts, as a function of the parameters. */
export type AdamaxwByLeaf = Chained<readonly [ScaleByAdamaxByLeaf, Counting, Counting]>

/** Adamax with decoupled weight decay.
 *
 *  ```text
 *  p ← p − η·((m/(1−β₁ᵗ)) / ν + w·p)        (see `scaleByAdamax`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdamax`.
 *  @laws weightDecay 0 is `adamax`, up to the sign of zeros.
 *  @departs as `scaleByAdamax` and `adamw` do.
 *  @reference Loshchilov & Hutter 2019, arXiv:1711.05101; optax.adamaxw
 *  @example adamaxw({ learningRate: 2e-3, weightDecay: 0.01 }) */
export function adamaxw<C extends CountBy = 'step'>(
  given: AdamaxwOptions & Counts<C>,
): Transformation<CountedBy<C, Adamaxw, AdamaxwByLeaf>>
export function adamaxw(given: AdamaxwOptions & Counts<'step'>): Transformation<Adamaxw>
export function adamaxw(given: AdamaxwOptions): Transformation<CountedBy<CountBy, Adamaxw, AdamaxwByLeaf>> {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adamaxw',
    checked,
    chain(scaleByAdamax(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = optionsFor<AdamaxwOptions>()('adamaxw', {
  learningRate,
  b1,
  b2,
  eps,
  ...decayOptions(1e-4),
  ...countOption,
})
