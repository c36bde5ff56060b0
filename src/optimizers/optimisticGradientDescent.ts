import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { finite } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientState,
} from '../transforms/scaleByOptimisticGradient.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `optimisticGradientDescent`. */
export interface OptimisticGradientDescentOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Weight of the newest gradient; a number or a schedule.
   *
   *  @defaultValue 1 */
  readonly alpha?: number | Schedule
  /** Weight of the difference to the gradient before; a number or a schedule.
   *
   *  @defaultValue 1 */
  readonly beta?: number | Schedule
}

/** The state of `optimisticGradientDescent`. */
export type OptimisticGradientDescentState<P> = readonly [
  correction: ScaleByOptimisticGradientState<P>,
  rate: CountState,
]

/** `OptimisticGradientDescentState` as a function of the parameters. */
export interface OptimisticGradientDescent extends StateLambda {
  readonly State: OptimisticGradientDescentState<this['Params']>
}

/** Optimistic gradient descent, for games and saddle points.
 *
 *  ```text
 *  p ← p − η·((α + β)·g − β·g_prev)
 *  ```
 *
 *  @shapes state `[{ count, previousGradient }, { count }]`.
 *  @departs as `scaleByOptimisticGradient` does.
 *  @reference Mokhtari et al. 2020, arXiv:1906.01115; optax.optimistic_gradient_descent
 *  @example optimisticGradientDescent({ learningRate: 0.1 }) */
export const optimisticGradientDescent = (
  given: OptimisticGradientDescentOptions,
): Transformation<OptimisticGradientDescent> => {
  const checked = parse(given)
  const { learningRate, alpha, beta } = checked
  return recipe(
    'optimisticGradientDescent',
    checked,
    chain(scaleByOptimisticGradient({ alpha, beta }), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<OptimisticGradientDescentOptions>()('optimisticGradientDescent', {
  learningRate: required(numberOrSchedule(rate)),
  alpha: withDefault(numberOrSchedule(finite), 1),
  beta: withDefault(numberOrSchedule(finite), 1),
})
