import { chain } from '../combinators/chain.js'
import { positiveCount } from '../scalars/Count.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, type OptionsOf, withDefault } from '../scalars/options.js'
import { warmupConstantSchedule } from '../schedules/warmupConstantSchedule.js'
import { sgd } from '../optimizers/sgd.js'
import { recipe } from '../optimizers/recipe.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { scheduleFree } from './scheduleFree.js'

/** Schedule-free SGD: `scheduleFree` around plain gradient descent, with weight decay at y.
 *
 *    u = −η·(g + w·y)        (see `scheduleFree`)
 *
 *  Shapes   the state of `scheduleFree`.
 *  Throws   `RangeError`/`TypeError` for options out of range.
 *  Departs  as in optax the warm-up begins at 0, so that the first step does not move; schedulefree's begins at
 *           η/warmupSteps.
 *  Source   Defazio et al. 2024, arXiv:2405.15682; optax.contrib.schedule_free_sgd
 *  Example  `scheduleFreeSgd({ learningRate: 1, warmupSteps: 100 })` */
export const scheduleFreeSgd = (given?: OptionsOf<typeof parse>) => {
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

const parse = options('scheduleFreeSgd', {
  learningRate: withDefault(rate, 1),
  warmupSteps: optional(positiveCount),
  b1: withDefault(nonNegative, 0.9),
  weightDecay: withDefault(nonNegative, 0),
  weightLrPower: withDefault(nonNegative, 2),
})
