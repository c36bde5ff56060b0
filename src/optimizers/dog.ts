import { chain } from '../combinators/chain.js'
import { numberOrSchedule, oneOf, pairOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByDog, type ScaleByDogOptions, type ScaleByDogState } from '../transforms/scaleByDog.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `dog`. */
export interface DogOptions extends WeightDecayOptions, ScaleByDogOptions {
  /** A factor of the rate that it finds: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
}

/** The state of `dog`. */
export type DogState<P> = readonly [decay: CountState, step: ScaleByDogState<P>, rate: CountState]

/** `DogState` as a function of the parameters. */
export interface Dog extends StateLambda {
  readonly State: DogState<this['Params']>
}

/** DoG: the distance that the parameters have come over the gradients on the way is the learning rate.
 *
 *  ```text
 *  p ← p − η·d/√(G + ε)·(g + w·p)        (see `scaleByDog`)
 *  ```
 *
 *  @shapes state `[{ count }, { count, maxDist, sumSqNormGrads, initParams }, { count }]`.
 *  @departs the state has a part for the weight decay also where there is none, so that options never change its type.
 *    Evaluate on an average of the parameters (`withMovingAverage`), as the paper does.
 *  @reference Ivgi, Hinder & Carmon 2023, arXiv:2302.12022; optax.contrib.dog
 *  @example dog({ initStep: ['distance', 1e-3] }) */
export const dog = (given?: DogOptions): Transformation<Dog> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...rule } = checked
  return recipe(
    'dog',
    checked,
    chain(decayed(weightDecay, mask), scaleByDog(rule), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('dog', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  initStep: withDefault(pairOf(oneOf('distance', 'heuristic', 'learningRate'), nonNegative), ['heuristic', 1e-6]),
  eps: withDefault(nonNegative, 1e-8),
  ...decayOptions(0),
})
