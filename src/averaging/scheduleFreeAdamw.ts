import { positiveCount } from '../scalars/Count.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, type OptionsOf, withDefault } from '../scalars/options.js'
import { adamw } from '../optimizers/adamw.js'
import { recipe } from '../optimizers/recipe.js'
import { scheduleFree } from './scheduleFree.js'
import { warmed } from './scheduleFreeSgd.js'

/** Schedule-free AdamW: `scheduleFree` around AdamW without its first moment.
 *
 *    u = −η·(g/(√v̂ + ε) + w·y)        (see `scheduleFree`)
 *
 *  Shapes   the state of `scheduleFree`.
 *  Throws   `RangeError`/`TypeError` for options out of range.
 *  Departs  as in optax the warm-up begins at 0, so that the first step does not move; schedulefree's begins at
 *           η/warmupSteps.
 *  Source   Defazio et al. 2024, arXiv:2405.15682; optax.contrib.schedule_free_adamw
 *  Example  `scheduleFreeAdamw({ learningRate: 0.0025, warmupSteps: 100 })` */
export const scheduleFreeAdamw = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { warmupSteps, b1, b2, eps, weightDecay, weightLrPower } = checked
  const learningRate = warmed(checked.learningRate, warmupSteps)
  return recipe(
    'scheduleFreeAdamw',
    checked,
    scheduleFree({ learningRate, b1, weightLrPower })(adamw({ learningRate, b1: 0, b2, eps, weightDecay })),
  )
}

const parse = options('scheduleFreeAdamw', {
  learningRate: withDefault(rate, 0.0025),
  warmupSteps: optional(positiveCount),
  b1: withDefault(nonNegative, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  weightDecay: withDefault(nonNegative, 0),
  weightLrPower: withDefault(nonNegative, 2),
})
