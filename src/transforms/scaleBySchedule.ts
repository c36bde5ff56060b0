import { schedule } from '../scalars/kinds.js'
import { optionsFor, required } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Counting } from '../transformation/types.js'

/** Options of `scaleBySchedule`. */
export interface ScaleByScheduleOptions {
  /** The schedule. */
  readonly stepSizeFn: Schedule
}

/** Scales updates by a schedule, evaluated at the count of updates before this one.
 *
 *  ```text
 *  u = s(count)·g
 *  ```
 *
 *  @shapes any; state `{ count }`.
 *  @laws a constant schedule is `scale`.
 *  @reference optax.scale_by_schedule
 *  @example scaleBySchedule({ stepSizeFn: cosineDecaySchedule({ initValue: 1, decaySteps: 1000 }) }) */
export const scaleBySchedule = (given: ScaleByScheduleOptions): Transformation<Counting> => {
  const { stepSizeFn } = parse(given)
  return equation({
    name: 'scaleBySchedule',
    options: plainOptions({ stepSizeFn }),
    host: counting,
    scalars: ({ count }) => ({ s: stepSizeFn(count) }),
  })((A) => ({ update }, { s }) => ({ update: A.mul(s, update) }))
}

const parse = optionsFor<ScaleByScheduleOptions>()('scaleBySchedule', { stepSizeFn: required(schedule) })
