import { positiveCount } from '../scalars/Count.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { adamw } from '../optimizers/adamw.js'
import { recipe } from '../optimizers/recipe.js'
import { scheduleFree } from './scheduleFree.js'
import { warmed } from './scheduleFreeSgd.js'

/** Options of `scheduleFreeAdamw`. */
export interface ScheduleFreeAdamwOptions {
  /** The learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 0.0025 */
  readonly learningRate?: number
  /** Steps in which the learning rate grows from 0: an integer ≥ 1. By default it does not. */
  readonly warmupSteps?: number
  /** Where gradients are taken: β of the average, 1 − β of the iterate. In (0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root of the second moment, ≥ 0.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The weight decay at y, multiplied by the learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
  /** A step weighs the largest learning rate so far to this power, ≥ 0.
   *
   *  @defaultValue 2 */
  readonly weightLrPower?: number
}

/** Schedule-free AdamW: `scheduleFree` around AdamW without its first moment.
 *
 *  ```text
 *  u = −η·(g/(√v̂ + ε) + w·y)        (see `scheduleFree`)
 *  ```
 *
 *  @shapes the state of `scheduleFree`.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @departs as in optax the warm-up begins at 0, so that the first step does not move; schedulefree's begins at
 *    η/warmupSteps.
 *  @reference Defazio et al. 2024, arXiv:2405.15682; optax.contrib.schedule_free_adamw
 *  @example scheduleFreeAdamw({ learningRate: 0.0025, warmupSteps: 100 }) */
export const scheduleFreeAdamw = (given?: ScheduleFreeAdamwOptions) => {
  const checked = parse(given)
  const { warmupSteps, b1, b2, eps, weightDecay, weightLrPower } = checked
  const learningRate = warmed(checked.learningRate, warmupSteps)
  return recipe(
    'scheduleFreeAdamw',
    checked,
    scheduleFree({ learningRate, b1, weightLrPower })(adamw({ learningRate, b1: 0, b2, eps, weightDecay })),
  )
}

const parse = optionsFor<ScheduleFreeAdamwOptions>()('scheduleFreeAdamw', {
  learningRate: withDefault(rate, 0.0025),
  warmupSteps: optional(positiveCount),
  b1: withDefault(nonNegative, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  weightDecay: withDefault(nonNegative, 0),
  weightLrPower: withDefault(nonNegative, 2),
})
