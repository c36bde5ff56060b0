import { count as steps, positiveCount } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface InverseSqrtScheduleOptions {
  /** The largest value, after the warm-up. */
  readonly peakValue: number
  /** How many steps the way up takes: an integer ≥ 1. */
  readonly warmupSteps: number
  /** Steps that were taken before, for training that goes on. Default 0. */
  readonly offset?: number
}

/** Up along a line, and down as one over the root of the step: the Transformer's schedule.
 *
 *  ```text
 *  s(n) = peak·min(t/W, √(W/t))        t = n + 1 + offset
 *  ```
 *
 *  @units those of peakValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws it has its peak at t = W, and never ends.
 *  @reference Vaswani et al. 2017, arXiv:1706.03762
 *  @example inverseSqrtSchedule({ peakValue: 1, warmupSteps: 2 }) // 0.5, 1, 0.816…, … */
export const inverseSqrtSchedule = (given: InverseSqrtScheduleOptions): Schedule => {
  const checked = parse(given)
  const { peakValue, warmupSteps, offset } = checked
  return described('inverseSqrtSchedule', checked, (n) => {
    const t = n + 1 + offset
    return peakValue * Math.min(t / warmupSteps, Math.sqrt(warmupSteps / t))
  })
}

const parse = options('inverseSqrtSchedule', {
  peakValue: required(finite),
  warmupSteps: required(positiveCount),
  offset: withDefault(steps, 0),
})
