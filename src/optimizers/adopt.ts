import { chain } from '../combinators/chain.js'
import { flag, fn, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByAdopt, type ScaleByAdoptOptions, type ScaleByAdoptState } from '../transforms/scaleByAdopt.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adopt`. */
export interface AdoptOptions extends RatedOptions, ScaleByAdoptOptions {}

/** The state of `adopt`. */
export type AdoptState<P> = readonly [direction: ScaleByAdoptState<P>, rate: CountState]

/** `AdoptState` as a function of the parameters. */
export interface Adopt extends StateLambda {
  readonly State: AdoptState<this['Params']>
}

/** ADOPT: Adam that divides by the second moment of the gradients before.
 *
 *  ```text
 *  p ← p − η·m        (see `scaleByAdopt`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`.
 *  @laws the first step does not move.
 *  @departs nothing; optax has no weight decay here: chain `addDecayedWeights` before the learning rate.
 *  @reference Taniguchi et al. 2024, arXiv:2411.02853; optax.contrib.adopt
 *  @example adopt({ learningRate: 1e-3 }) */
export const adopt = (given: AdoptOptions): Transformation<Adopt> => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adopt', checked, chain(scaleByAdopt(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('adopt', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.9999),
  eps: withDefault(nonNegative, 1e-6),
  nesterov: withDefault(flag, false),
  useClipping: withDefault(flag, true),
  clipValueFn: withDefault(
    fn<Schedule>('a function from the count to a number ≥ 0', '(count) => count ** 0.25', nonNegative),
    (count) => count ** 0.25,
  ),
})
