import { chain } from '../combinators/chain.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientState,
} from '../transforms/scaleByOptimisticGradient.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `optimisticAdamV2`. */
export interface OptimisticAdamV2Options {
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
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue true */
  readonly nesterov?: boolean
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
}

/** The state of `optimisticAdamV2`. */
export type OptimisticAdamV2State<P> = readonly [
  direction: ScaleByAdamState<P>,
  correction: ScaleByOptimisticGradientState<P>,
  rate: CountState,
]

/** `OptimisticAdamV2State` as a function of the parameters. */
export interface OptimisticAdamV2 extends StateLambda {
  readonly State: OptimisticAdamV2State<this['Params']>
}

/** Optimistic Adam: Adam's direction, corrected by its change.
 *
 *  ```text
 *  u = the direction of `scaleByAdam`     p ← p − η·((α + β)·u − β·u_prev)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count, previousGradient }, { count }]`.
 *  @departs `nesterov` is on by default, as in optax.
 *    One count for all leaves, as in `scaleByAdam`.
 *  @reference Daskalakis et al. 2018, arXiv:1711.00141; optax.optimistic_adam_v2
 *  @example optimisticAdamV2({ learningRate: 1e-3 }) */
export const optimisticAdamV2 = (given: OptimisticAdamV2Options): Transformation<OptimisticAdamV2> => {
  const checked = parse(given)
  const { learningRate, alpha, beta, ...moments } = checked
  return recipe(
    'optimisticAdamV2',
    checked,
    chain(scaleByAdam(moments), scaleByOptimisticGradient({ alpha, beta }), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<OptimisticAdamV2Options>()('optimisticAdamV2', {
  ...adamOptions,
  alpha: withDefault(numberOrSchedule(finite), 1),
  beta: withDefault(numberOrSchedule(finite), 1),
  nesterov: withDefault(flag, true),
})
