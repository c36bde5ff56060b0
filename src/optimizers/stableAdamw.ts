import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  scaleByStableAdamw,
  type ScaleByStableAdamwOptions,
  type ScaleByStableAdamwState,
} from '../transforms/scaleByStableAdamw.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `stableAdamw`. */
export interface StableAdamwOptions extends RatedOptions, ScaleByStableAdamwOptions {
  /** The factor of the parameters, a number ≥ 0 or a schedule; it shrinks with the rate. Default 0.01. */
  readonly weightDecay?: number | Schedule
}

/** The state of `stableAdamw`. */
export type StableAdamwState<P> = readonly [direction: ScaleByStableAdamwState<P>, rate: CountState]

/** `StableAdamwState` as a function of the parameters. */
export interface StableAdamw extends StateLambda {
  readonly State: StableAdamwState<this['Params']>
}

/** StableAdamW: AdamW that needs no gradient clipping.
 *
 *  ```text
 *  p ← p − η/max(1, rms)·(m/(√v + ε) + w·p)        (see `scaleByStableAdamw`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`.
 *  @reference Wortsman et al. 2023, arXiv:2304.13013
 *  @example stableAdamw({ learningRate: 1e-3 }) */
export const stableAdamw = (given: StableAdamwOptions): Transformation<StableAdamw> => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('stableAdamw', checked, chain(scaleByStableAdamw(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('stableAdamw', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(positive, 1e-6),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0.01),
})
