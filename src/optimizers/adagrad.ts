import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByRss, type ScaleByRssState } from '../transforms/scaleByRss.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adagrad`. */
export interface AdagradOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Where the accumulator starts.
   *
   *  @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number
  /** Added under the root; where the sum is zero the update is zero.
   *
   *  @defaultValue 1e-7 */
  readonly eps?: number
}

/** The state of `adagrad`. */
export type AdagradState<P> = readonly [direction: ScaleByRssState<P>, rate: CountState]

/** `AdagradState` as a function of the parameters. */
export interface Adagrad extends StateLambda {
  readonly State: AdagradState<this['Params']>
}

/** Adagrad: rates that fall with all the gradients seen so far.
 *
 *  ```text
 *  S ← S + g²     p ← p − η·g/√(S + ε)
 *  ```
 *
 *  @shapes state `[{ sumOfSquares }, { count }]`.
 *  @reference Duchi, Hazan & Singer 2011; optax.adagrad
 *  @example adagrad({ learningRate: 0.1 }) */
export const adagrad = (given: AdagradOptions): Transformation<Adagrad> => {
  const checked = parse(given)
  const { learningRate, ...accumulator } = checked
  return recipe('adagrad', checked, chain(scaleByRss(accumulator), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<AdagradOptions>()('adagrad', {
  learningRate: required(numberOrSchedule(rate)),
  initialAccumulatorValue: withDefault(nonNegative, 0.1),
  eps: withDefault(nonNegative, 1e-7),
})
