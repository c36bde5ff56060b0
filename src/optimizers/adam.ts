import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByAdam, scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `adam`. */
export interface AdamOptions {
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
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `adam`. */
export type AdamState<P> = readonly [direction: ScaleByAdamState<P>, rate: CountState]

/** `AdamState` as a function of the parameters. */
export interface Adam extends StateLambda {
  readonly State: AdamState<this['Params']>
}

/** The state of `adam` where each leaf counts, as a function of the parameters. */
export type AdamByLeaf = Chained<readonly [ByLeaf<ScaleByAdam>, Counting]>

/** Adam.
 *
 *  ```text
 *  p ← p − η·m̂ / (√(v̂ + ε_root) + ε)        (see `scaleByAdam`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  @laws invariant to the scale of gradients where ε = 0.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980; optax.adam
 *  @example adam({ learningRate: 1e-3 }) */
export function adam<C extends CountBy = 'step'>(
  given: AdamOptions & Counts<C>,
): Transformation<CountedBy<C, Adam, AdamByLeaf>>
export function adam(given: AdamOptions & Counts<'step'>): Transformation<Adam>
export function adam(given: AdamOptions): Transformation<CountedBy<CountBy, Adam, AdamByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adam', checked, chain(scaleByAdam(moments), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<AdamOptions>()('adam', {
  ...adamOptions,
  nesterov: withDefault(flag, false),
  ...countOption,
})
