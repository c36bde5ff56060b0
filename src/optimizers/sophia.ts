import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { positiveCount } from '../scalars/Count.js'
import { numberOrSchedule, orWord } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { maskOption } from '../combinators/maskOption.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  scaleBySophia,
  type ScaleBySophiaOptions,
  type Curvature,
  type ScaleBySophiaState,
} from '../transforms/scaleBySophia.js'
import { decayed } from './decayed.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `sophia`. */
export interface SophiaOptions extends RatedOptions, ScaleBySophiaOptions {
  /** Decay of the parameters, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1e-4 */
  readonly weightDecay?: number | Schedule
  /** The leaves that decay; all of them by default. */
  readonly weightDecayMask?: MaskLike
}

/** The state of `sophia`. */
export type SophiaState<P> = readonly [direction: ScaleBySophiaState<P>, decay: CountState, rate: CountState]

/** `SophiaState` as a function of the parameters. */
export interface Sophia extends StateLambda {
  readonly State: SophiaState<this['Params']>
}

/** Sophia: momentum over the diagonal of the Hessian, clipped.
 *
 *  ```text
 *  p ← p − η·(clip(m̂/max(γ·h, ε), ±c) + w·p)        (see `scaleBySophia`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`; a step needs the extra `curvature`.
 *  @departs as `scaleBySophia` does.
 *  @reference Liu et al. 2023, arXiv:2305.14342; optax.contrib.sophia
 *  @example sophia({ learningRate: 1e-3, gamma: 0.05 }) */
export const sophia = (given: SophiaOptions): Transformation<Sophia, Curvature> => {
  const checked = parse(given)
  const { learningRate, weightDecay, weightDecayMask, ...rule } = checked
  return recipe(
    'sophia',
    checked,
    chain(scaleBySophia(rule), decayed(weightDecay, weightDecayMask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('sophia', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.965),
  b2: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(positive, 1e-8),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 1e-4),
  weightDecayMask: optional(maskOption),
  gamma: withDefault(nonNegative, 0.01),
  clipThreshold: withDefault(orWord('none', positive), 1),
  updateInterval: withDefault(positiveCount, 10),
})
