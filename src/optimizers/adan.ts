import { chain } from '../combinators/chain.js'
import { numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByAdan, type ScaleByAdanState } from '../transforms/scaleByAdan.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adan`. */
export interface AdanOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** Which leaves it applies to: a tree of booleans, or a function of the parameters such as `byPath(…)`. Default: all. */
  readonly mask?: MaskLike
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.98 */
  readonly b1?: number
  /** Decay of the differences of gradients, in [0, 1).
   *
   *  @defaultValue 0.92 */
  readonly b2?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.99 */
  readonly b3?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 1e-8 */
  readonly epsRoot?: number
  /** Whose form of the step ahead: `'optax'`, or `'authors'` as in their code.
   *
   *  @defaultValue 'optax' */
  readonly lookAhead?: 'optax' | 'authors'
}

/** The state of `adan`. */
export type AdanState<P> = readonly [direction: ScaleByAdanState<P>, decay: CountState, rate: CountState]

/** `AdanState` as a function of the parameters. */
export interface Adan extends StateLambda {
  readonly State: AdanState<this['Params']>
}

/** Adan: adaptive Nesterov momentum.
 *
 *  ```text
 *  p ← p − η·((m̂ + f·v̂) / (√(n̂ + ε_root) + ε) + w·p)        (see `scaleByAdan`)
 *  ```
 *
 *  @shapes state `[{ count, m, v, n, g }, { count }, { count }]`.
 *  @departs as `scaleByAdan` does; the decay is added to the update, not the paper's proximal division.
 *  @reference Xie et al. 2022, arXiv:2208.06677; optax.adan
 *  @example adan({ learningRate: 1e-3, weightDecay: 0.02 }) */
export const adan = (given: AdanOptions): Transformation<Adan> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adan',
    checked,
    chain(scaleByAdan(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<AdanOptions>()('adan', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.98),
  b2: withDefault(halfOpenUnit, 0.92),
  b3: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 1e-8),
  lookAhead: withDefault(oneOf('optax', 'authors'), 'optax'),
  ...decayOptions(0),
})
