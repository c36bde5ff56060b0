import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { flag } from '../scalars/kinds.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByAdam, scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `adamw`. */
export interface AdamwOptions {
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
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 1e-4 */
  readonly weightDecay?: number | Schedule
  /** Which leaves it applies to: a tree of booleans, or a function of the parameters such as `byPath(…)`. Default: all. */
  readonly mask?: MaskLike
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `adamw`. */
export type AdamwState<P> = readonly [direction: ScaleByAdamState<P>, decay: CountState, rate: CountState]

/** `AdamwState` as a function of the parameters. */
export interface Adamw extends StateLambda {
  readonly State: AdamwState<this['Params']>
}

/** The state of `adamw` where each leaf counts, as a function of the parameters. */
export type AdamwByLeaf = Chained<readonly [ByLeaf<ScaleByAdam>, Counting, Counting]>

/** Adam with decoupled weight decay.
 *
 *  ```text
 *  p ← p − η·(m̂ / (√(v̂ + ε_root) + ε) + w·p)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  @laws weightDecay 0 is `adam`, up to the sign of zeros.
 *  @departs the decay is multiplied by the learning rate, as in PyTorch and optax; the paper multiplies by the
 *    schedule's factor only.
 *  @reference Loshchilov & Hutter 2019, arXiv:1711.05101; optax.adamw
 *  @example adamw({ learningRate: 1e-3, weightDecay: 0.01, mask: byPath((path) => path.endsWith('kernel')) }) */
export function adamw<C extends CountBy = 'step'>(
  given: AdamwOptions & Counts<C>,
): Transformation<CountedBy<C, Adamw, AdamwByLeaf>>
export function adamw(given: AdamwOptions & Counts<'step'>): Transformation<Adamw>
export function adamw(given: AdamwOptions): Transformation<CountedBy<CountBy, Adamw, AdamwByLeaf>> {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adamw',
    checked,
    chain(
      scaleByAdam(moments),
      addDecayedWeights(mask === undefined ? { weightDecay } : { weightDecay, mask }),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = optionsFor<AdamwOptions>()('adamw', {
  ...adamOptions,
  ...decayOptions(1e-4),
  nesterov: withDefault(flag, false),
  ...countOption,
})
