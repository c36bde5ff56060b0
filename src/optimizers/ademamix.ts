import { chain } from '../combinators/chain.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import type { Schedule } from '../scalars/Schedule.js'
import { options, required, withDefault } from '../scalars/options.js'
import {
  scaleByAdemamix,
  type ScaleByAdemamixOptions,
  type ScaleByAdemamixState,
} from '../transforms/scaleByAdemamix.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `ademamix`. */
export interface AdemamixOptions extends RatedOptions, WeightDecayOptions, ScaleByAdemamixOptions {
  /** The weight of the slow moment, ≥ 0, or a schedule.
   *
   *  @defaultValue 5 */
  readonly alpha?: number | Schedule
}

/** The state of `ademamix`. */
export type AdemamixState<P> = readonly [direction: ScaleByAdemamixState<P>, decay: CountState, rate: CountState]

/** `AdemamixState` as a function of the parameters. */
export interface Ademamix extends StateLambda {
  readonly State: AdemamixState<this['Params']>
}

/** AdEMAMix: Adam with a second, slow first moment.
 *
 *  ```text
 *  p ← p − η·((m̂₁ + α·m₂)/(√(v̂ + ε_root) + ε) + w·p)        (see `scaleByAdemamix`)
 *  ```
 *
 *  @shapes state `[{ count, m1, m2, nu }, { count }, { count }]`.
 *  @laws alpha 0 is `adamw` with the same weight decay.
 *  @departs nothing; alpha is 5 here and 6 in the transformation, as in optax.
 *  @reference Pagliardini et al. 2024, arXiv:2409.03137; optax.contrib.ademamix
 *  @example ademamix({ learningRate: 1e-3, alpha: linearSchedule({ initValue: 0, endValue: 5, transitionSteps: 1e4 }) }) */
export const ademamix = (given: AdemamixOptions): Transformation<Ademamix> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'ademamix',
    checked,
    chain(scaleByAdemamix(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('ademamix', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  b3: withDefault(numberOrSchedule(unitInterval), 0.9999),
  alpha: withDefault(numberOrSchedule(nonNegative), 5),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  ...decayOptions(0),
})
