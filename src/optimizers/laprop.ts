import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { scaleByLaprop, type ScaleByLapropOptions, type ScaleByLapropState } from '../transforms/scaleByLaprop.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `laprop`. */
export interface LapropOptions extends RatedOptions, WeightDecayOptions, ScaleByLapropOptions {}

/** The state of `laprop`. */
export type LapropState<P> = readonly [direction: ScaleByLapropState<P>, decay: CountState, rate: CountState]

/** `LapropState` as a function of the parameters. */
export interface Laprop extends StateLambda {
  readonly State: LapropState<this['Params']>
}

/** LaProp: Adam with the momentum taken after the division.
 *
 *  ```text
 *  p ← p − η·(m/(1−β₁ᵗ) + w·p)        (see `scaleByLaprop`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`.
 *  @departs timm decays the parameters after the step, here it is before, as everywhere.
 *  @reference Ziyin, Wang & Ueda 2020, arXiv:2002.04839
 *  @example laprop({ learningRate: 4e-4 }) */
export const laprop = (given: LapropOptions): Transformation<Laprop> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'laprop',
    checked,
    chain(scaleByLaprop(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('laprop', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(positive, 1e-15),
  ...decayOptions(0),
})
