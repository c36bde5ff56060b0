import { chain } from '../combinators/chain.js'
import { count as integer } from '../scalars/Count.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { addNoise, type NoiseState } from '../transforms/addNoise.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `noisySgd`. */
export interface NoisySgdOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Variance of the noise at count 0, in squared units of the updates.
   *
   *  @defaultValue 0.01 */
  readonly eta?: number
  /** How fast the variance decays: η/(1 + t)^γ.
   *
   *  @defaultValue 0.55 */
  readonly gamma?: number
  /** Which noise is drawn: an integer.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** The state of `noisySgd`. */
export type NoisySgdState = readonly [noise: NoiseState, rate: CountState]

/** `NoisySgdState` as a function of the parameters. */
export interface NoisySgd extends StateLambda {
  readonly State: NoisySgdState
}

/** Gradient descent with noise that dies away.
 *
 *  ```text
 *  p ← p − η·(g + √(ν/tᵞ)·N(0, 1))        ν = eta
 *  ```
 *
 *  @shapes state `[{ count, key }, { count }]`.
 *  @departs as `addNoise` does; the learning rate scales the noise too.
 *  @reference Neelakantan et al. 2015, arXiv:1511.06807; optax.noisy_sgd
 *  @example noisySgd({ learningRate: 0.1, key: 7 }) */
export const noisySgd = (given: NoisySgdOptions): Transformation<NoisySgd> => {
  const checked = parse(given)
  const { learningRate, ...noise } = checked
  return recipe('noisySgd', checked, chain(addNoise(noise), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<NoisySgdOptions>()('noisySgd', {
  learningRate: required(numberOrSchedule(rate)),
  eta: withDefault(nonNegative, 0.01),
  gamma: withDefault(nonNegative, 0.55),
  key: withDefault(integer, 0),
})
