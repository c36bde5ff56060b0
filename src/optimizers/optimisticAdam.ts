import { chain } from '../combinators/chain.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
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

/** Options of `optimisticAdam`. */
export interface OptimisticAdamOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** How far it steps back along the update before; a number or a schedule. Default: the learning rate. */
  readonly optimism?: number | Schedule
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

/** The state of `optimisticAdam`. */
export type OptimisticAdamState<P> = readonly [
  direction: ScaleByAdamState<P>,
  correction: ScaleByOptimisticGradientState<P>,
  rate: CountState,
]

/** `OptimisticAdamState` as a function of the parameters. */
export interface OptimisticAdam extends StateLambda {
  readonly State: OptimisticAdamState<this['Params']>
}

/** Optimistic Adam with the learning rate inside the correction. `optimisticAdamV2` separates the two, and is the one
 *  to take.
 *
 *  ```text
 *  u = the direction of `scaleByAdam`     p ← p − ((η + ω)·u − ω·u_prev)        ω = optimism, or η
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count, previousGradient }, { count }]`.
 *  @departs `nesterov` is on by default, as in optax; schedules work, which optax refuses.
 *    One count for all leaves, as in `scaleByAdam`.
 *  @reference Daskalakis et al. 2018, arXiv:1711.00141; optax.optimistic_adam
 *  @example optimisticAdam({ learningRate: 1e-3 }) */
export const optimisticAdam = (given: OptimisticAdamOptions): Transformation<OptimisticAdam> => {
  const checked = parse(given)
  const { learningRate, optimism, ...moments } = checked
  return recipe(
    'optimisticAdam',
    checked,
    chain(
      scaleByAdam(moments),
      scaleByOptimisticGradient({ alpha: learningRate, beta: optimism ?? learningRate }),
      scaleByLearningRate({ learningRate: 1 }),
    ),
  )
}

const parse = optionsFor<OptimisticAdamOptions>()('optimisticAdam', {
  ...adamOptions,
  optimism: optional(numberOrSchedule(finite)),
  nesterov: withDefault(flag, true),
})
