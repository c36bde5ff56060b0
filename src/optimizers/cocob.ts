import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByCocob, type ScaleByCocobOptions, type ScaleByCocobState } from '../transforms/scaleByCocob.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `cocob`. */
export interface CocobOptions extends WeightDecayOptions, ScaleByCocobOptions {
  /** What gradients are multiplied by, a number ≥ 0 or a schedule. A constant one changes next to nothing: bets do not
   *  see the scale.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
}

/** The state of `cocob`. */
export type CocobState<P> = readonly [decay: CountState, rate: CountState, bets: ScaleByCocobState<P>]

/** `CocobState` as a function of the parameters. */
export interface Cocob extends StateLambda {
  readonly State: CocobState<this['Params']>
}

/** COCOB: bets on the signs of gradients; nothing to tune.
 *
 *  ```text
 *  p ← p₀ + bet        on the gradients η·(g + w·p) (see `scaleByCocob`)
 *  ```
 *
 *  @shapes state `[{ count }, { count }, { initParticles, cumulativeGradients, scale, subgradients, reward }]`.
 *  @departs nothing; the decay is part of the gradient, as in optax.
 *  @reference Orabona & Tommasi 2017, arXiv:1705.07795; optax.contrib.cocob
 *  @example cocob() */
export const cocob = (given?: CocobOptions): Transformation<Cocob> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...bets } = checked
  return recipe(
    'cocob',
    checked,
    chain(decayed(weightDecay, mask), scaleByLearningRate({ learningRate, flipSign: false }), scaleByCocob(bets)),
  )
}

const parse = options('cocob', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  alpha: withDefault(nonNegative, 100),
  eps: withDefault(positive, 1e-8),
  ...decayOptions(0),
})
