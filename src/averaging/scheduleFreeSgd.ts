import { chain } from '../combinators/chain.js'
import { positiveCount } from '../scalars/Count.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { warmupConstantSchedule } from '../schedules/warmupConstantSchedule.js'
import { sgd } from '../optimizers/sgd.js'
import { recipe } from '../optimizers/recipe.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { scheduleFree } from './scheduleFree.js'

/** Options of `scheduleFreeSgd`. */
export interface ScheduleFreeSgdOptions {
  /** The learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number
  /** Steps in which the learning rate grows from 0: an integer ≥ 1. By default it does not. */
  readonly warmupSteps?: number
  /** Where gradients are taken: β of the average, 1 − β of the iterate. In (0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The weight decay at y, multiplied by the learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
  /** A step weighs the largest learning rate so far to this power, ≥ 0.
   *
   *  @defaultValue 2 */
  readonly weightLrPower?: number
}

/** Schedule-free SGD: `scheduleFree` around plain gradient descent, with weight decay at y.
 *
 *  ```text
 *  u = −η·(g + w·y)        (see `scheduleFree`)
 *  ```
 *
 *  @shapes the state of `scheduleFree`.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @departs as in optax the warm-up begins at 0, so that the first step does not move; schedulefree's begins at
 *    η/warmupSteps.
 *  @reference Defazio et al. 2024, arXiv:2405.15682; optax.contrib.schedule_free_sgd
 *  @example scheduleFreeSgd({ learningRate: 1, warmupSteps: 100 }) */
export const scheduleFreeSgd = (given?: ScheduleFreeSgdOptions) => {
  const checked = parse(given)
  const { warmupSteps, b1, weightDecay, weightLrPower } = checked
  const learningRate = warmed(checked.learningRate, warmupSteps)
  return recipe(
    'scheduleFreeSgd',
    checked,
    scheduleFree({ learningRate, b1, weightLrPower })(chain(addDecayedWeights({ weightDecay }), sgd({ learningRate }))),
  )
}

/** A learning rate that grows from 0, if it shall.
 *
 *  @internal */
export const warmed = (learningRate: number, warmupSteps: number | undefined) =>
  warmupSteps === undefined
    ? learningRate
    : warmupConstantSchedule({ initValue: 0, peakValue: learningRate, warmupSteps })

const parse = optionsFor<ScheduleFreeSgdOptions>()('scheduleFreeSgd', {
  learningRate: withDefault(rate, 1),
  warmupSteps: optional(positiveCount),
  b1: withDefault(nonNegative, 0.9),
  weightDecay: withDefault(nonNegative, 0),
  weightLrPower: withDefault(nonNegative, 2),
})
