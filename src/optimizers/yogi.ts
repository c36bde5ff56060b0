import { chain } from '../combinators/chain.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByYogi, scaleByYogi, type ScaleByYogiState } from '../transforms/scaleByYogi.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `yogi`. */
export interface YogiOptions {
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
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-3 */
  readonly eps?: number
}

/** The state of `yogi`. */
export type YogiState<P> = readonly [direction: ScaleByYogiState<P>, rate: CountState]

/** `YogiState` as a function of the parameters. */
export interface Yogi extends StateLambda {
  readonly State: YogiState<this['Params']>
}

/** The state of `yogi` where each leaf counts, as a function of the parameters. */
export type YogiByLeaf = Chained<readonly [ByLeaf<ScaleByYogi>, Counting]>

/** Yogi: Adam whose second moment changes slowly.
 *
 *  ```text
 *  p ← p − η·m̂ / (√v̂ + ε)        (see `scaleByYogi`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByYogi`.
 *  @departs as `scaleByYogi` does.
 *  @reference Zaheer et al. 2018; optax.yogi
 *  @example yogi({ learningRate: 1e-2 }) */
export function yogi<C extends CountBy = 'step'>(
  given: YogiOptions & Counts<C>,
): Transformation<CountedBy<C, Yogi, YogiByLeaf>>
export function yogi(given: YogiOptions & Counts<'step'>): Transformation<Yogi>
export function yogi(given: YogiOptions): Transformation<CountedBy<CountBy, Yogi, YogiByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('yogi', checked, chain(scaleByYogi(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2 } = adamOptions
const parse = optionsFor<YogiOptions>()('yogi', {
  learningRate,
  b1,
  b2,
  eps: withDefault(nonNegative, 1e-3),
  ...countOption,
})
