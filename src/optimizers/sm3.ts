import { chain } from '../combinators/chain.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleBySm3, type ScaleBySm3State } from '../transforms/scaleBySm3.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `sm3`. */
export interface Sm3Options {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Decay of the momentum, in [0, 1].
   *
   *  @defaultValue 0.9 */
  readonly momentum?: number
}

/** The state of `sm3`. */
export type Sm3State<P> = readonly [direction: ScaleBySm3State<P>, rate: CountState]

/** `Sm3State` as a function of the parameters. */
export interface Sm3 extends StateLambda {
  readonly State: Sm3State<this['Params']>
}

/** SM3: Adagrad in little memory, with momentum.
 *
 *  ```text
 *  p ← p − η·ν        (see `scaleBySm3`)
 *  ```
 *
 *  @shapes state `[{ mu, nu }, { count }]`.
 *  @departs as `scaleBySm3` does; schedules work, which optax refuses.
 *  @reference Anil et al. 2019, arXiv:1901.11150; optax.sm3
 *  @example sm3({ learningRate: 0.1 }) */
export const sm3 = (given: Sm3Options): Transformation<Sm3> => {
  const checked = parse(given)
  const { learningRate, momentum } = checked
  return recipe('sm3', checked, chain(scaleBySm3({ b1: momentum }), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<Sm3Options>()('sm3', {
  learningRate: required(numberOrSchedule(rate)),
  momentum: withDefault(unitInterval, 0.9),
})
