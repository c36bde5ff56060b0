import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Counting } from '../transformation/types.js'

/** Scales updates by a learning rate and turns them downhill: the one place where the sign changes.
 *
 *  ```text
 *  u = −η·g        η = learningRate, or learningRate(count)
 *  ```
 *
 *  @shapes any; state `{ count }`.
 *  @units η carries params per update.
 *  @laws linear; `flipSign: false` is its negative.
 *  @departs the state counts even where the rate is a number, so that options never change a state's type.
 *  @reference optax.scale_by_learning_rate
 *  @example chain(scaleByAdam(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByLearningRate = (given: LearningRateOptions): Transformation<Counting> => {
  const { learningRate, flipSign } = parse(given)
  const sign = flipSign ? -1 : 1
  return equation({
    name: 'scaleByLearningRate',
    options: plainOptions({ learningRate, flipSign }),
    host: counting,
    scalars: ({ count }) => ({ s: sign * valueAt(learningRate, count) }),
  })((A) => ({ update }, { s }) => ({ update: A.mul(s, update) }))
}

/** A learning rate: a number ≥ 0, or a schedule of such. */
export interface LearningRateOptions {
  readonly learningRate: number | Schedule
  readonly flipSign?: boolean
}

const parse = options('scaleByLearningRate', {
  learningRate: required(numberOrSchedule(rate)),
  flipSign: withDefault(flag, true),
})
