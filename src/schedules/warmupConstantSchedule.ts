import { count as steps } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { constantSchedule } from './constantSchedule.js'
import { described } from './described.js'
import { joinSchedules } from './joinSchedules.js'
import { linearSchedule } from './linearSchedule.js'

export interface WarmupConstantScheduleOptions {
  /** The value at count 0. */
  readonly initValue: number
  /** The value from `warmupSteps` on. */
  readonly peakValue: number
  /** How many steps the warm-up takes. With 0: `peakValue` from the start. */
  readonly warmupSteps: number
}

/** Warm up along a straight line, then stay.
 *
 *  ```text
 *  s(n) = init + (peak − init)·n/W for n < W, then peak     W = warmupSteps
 *  ```
 *
 *  @units those of initValue and peakValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws s(0) = init when W > 0; s(n) = peak from W on.
 *  @reference optax.warmup_constant_schedule. Departs: with warmupSteps 0 it is peakValue, where optax
 *    stays at initValue for ever.
 *  @example warmupConstantSchedule({ initValue: 0, peakValue: 1, warmupSteps: 4 })   // 0, 0.25, 0.5, 0.75, 1, … */
export const warmupConstantSchedule = (given: WarmupConstantScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, peakValue, warmupSteps } = checked
  const warmup = linearSchedule({ initValue, endValue: peakValue, transitionSteps: warmupSteps })
  const peak = constantSchedule({ value: peakValue })
  const joined = joinSchedules({ schedules: [warmup, peak], boundaries: [warmupSteps] })
  return described('warmupConstantSchedule', checked, joined)
}

const parse = options('warmupConstantSchedule', {
  initValue: required(finite),
  peakValue: required(finite),
  warmupSteps: required(steps),
})
