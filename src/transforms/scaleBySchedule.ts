import { schedule } from '../scalars/kinds.js'
import { options, required, type OptionsOf } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'

/** Scales updates by a schedule, evaluated at the count of updates before this one.
 *
 *    u = s(count)·g
 *
 *  Shapes   any; state `{ count }`.
 *  Laws     a constant schedule is `scale`.
 *  Source   optax.scale_by_schedule
 *  Example  `scaleBySchedule({ stepSizeFn: cosineDecaySchedule({ initValue: 1, decaySteps: 1000 }) })` */
export const scaleBySchedule = (given: OptionsOf<typeof parse>) => {
  const { stepSizeFn } = parse(given)
  return equation({
    name: 'scaleBySchedule',
    options: plainOptions({ stepSizeFn }),
    host: counting,
    scalars: ({ count }) => ({ s: stepSizeFn(count) }),
  })((A) => ({ update }, { s }) => ({ update: A.mul(s, update) }))
}

const parse = options('scaleBySchedule', { stepSizeFn: required(schedule) })
