import { zeros } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByOptimisticGradient`. */
export interface ScaleByOptimisticGradientOptions {
  /** Weight of the newest gradient; a number or a schedule.
   *
   *  @defaultValue 1 */
  readonly alpha?: number | Schedule
  /** Weight of the difference to the gradient before; a number or a schedule.
   *
   *  @defaultValue 1 */
  readonly beta?: number | Schedule
}

/** The state of `scaleByOptimisticGradient`. */
export interface ScaleByOptimisticGradientState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The last gradient. */
  readonly previousGradient: P
}

/** `ScaleByOptimisticGradientState` as a function of the parameters. */
export interface ScaleByOptimisticGradient extends StateLambda {
  readonly State: ScaleByOptimisticGradientState<this['Params']>
}

/** Corrects each gradient by its change: a guess at the next one, which calms games and saddle points.
 *
 *  ```text
 *  u = (α + β)·g − β·g_prev        at first g_prev = g, so u = α·g
 *  ```
 *
 *  @shapes state `{ count, previousGradient }`; the latter like the parameters.
 *  @laws linear; β = 0 is `scale(α)`.
 *  @departs `alpha` and `beta` may be schedules, which optax refuses; the state counts instead of asking whether this
 *    is the first step.
 *  @reference Mokhtari et al. 2020, arXiv:1906.01115; optax.scale_by_optimistic_gradient
 *  @example chain(scaleByOptimisticGradient({ beta: 0.5 }), scaleByLearningRate({ learningRate: 0.1 })) */
export const scaleByOptimisticGradient = (
  given?: ScaleByOptimisticGradientOptions,
): Transformation<ScaleByOptimisticGradient> => {
  const checked = parse(given)
  const { alpha, beta } = checked
  return equation({
    name: 'scaleByOptimisticGradient',
    options: plainOptions(checked),
    slots: { previousGradient: zeros },
    host: counting,
    scalars: ({ count }) => {
      const b = count === 0 ? 0 : valueAt(beta, count)
      return { now: valueAt(alpha, count) + b, before: b }
    },
  })((A) => ({ update: g, previousGradient }, { now, before }) => ({
    update: A.sub(A.mul(now, g), A.mul(before, previousGradient)),
    previousGradient: g,
  }))
}

const parse = optionsFor<ScaleByOptimisticGradientOptions>()('scaleByOptimisticGradient', {
  alpha: withDefault(numberOrSchedule(finite), 1),
  beta: withDefault(numberOrSchedule(finite), 1),
})
