import { count as steps } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { exponentialDecay } from './exponentialDecay.js'
import { joinSchedules } from './joinSchedules.js'
import { linearSchedule } from './linearSchedule.js'

export interface WarmupExponentialDecayScheduleOptions {
  /** The value at count 0. */
  readonly initValue: number
  /** The value at `warmupSteps`. */
  readonly peakValue: number
  /** How many steps the warm-up takes. With 0: from the peak at once. */
  readonly warmupSteps: number
  /** How many steps one factor of `decayRate` takes, warm-up *not* included. With 0: no decay. */
  readonly transitionSteps: number
  /** The factor, ≥ 0; above 1 the value grows. With 0: no decay. */
  readonly decayRate: number
  /** How many steps after the warm-up the decay begins.
   *
   *  @defaultValue 0 */
  readonly transitionBegin?: number
  /** Whether to decay in stairs of `transitionSteps` counts.
   *
   *  @defaultValue false */
  readonly staircase?: boolean
  /** Where the decay stops: a lower bound when `decayRate` < 1, else an upper one. Default none. */
  readonly endValue?: number
}

/** Warm up along a straight line, then multiply by a factor every so many steps.
 *
 *  ```text
 *  s(n) = init + (peak − init)·n/W for n < W = warmupSteps, then exponentialDecay from peak at n − W
 *  ```
 *
 *  @units those of initValue and peakValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws s(W) = peak, unless endValue bounds it.
 *  @reference optax.warmup_exponential_decay_schedule. Departs: as exponentialDecay.
 *  @example
 *  ```ts
 *  const warmup = { initValue: 0, peakValue: 1, warmupSteps: 2 }
 *  warmupExponentialDecaySchedule({ ...warmup, transitionSteps: 4, decayRate: 0.5 })
 *  // 0, 0.5, 1, 0.840…, 0.707…, 0.594…, 0.5, …
 *  ```
 */
export const warmupExponentialDecaySchedule = (given: WarmupExponentialDecayScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, peakValue, warmupSteps, endValue } = checked
  const { transitionSteps, decayRate, transitionBegin, staircase } = checked
  const warmup = linearSchedule({ initValue, endValue: peakValue, transitionSteps: warmupSteps })
  const unbounded = { initValue: peakValue, transitionSteps, decayRate, transitionBegin, staircase }
  const decay = exponentialDecay(endValue === undefined ? unbounded : { ...unbounded, endValue })
  const joined = joinSchedules({ schedules: [warmup, decay], boundaries: [warmupSteps] })
  return described('warmupExponentialDecaySchedule', checked, joined)
}

const parse = options('warmupExponentialDecaySchedule', {
  initValue: required(finite),
  peakValue: required(finite),
  warmupSteps: required(steps),
  transitionSteps: required(steps),
  decayRate: required(nonNegative),
  transitionBegin: withDefault(steps, 0),
  staircase: withDefault(flag, false),
  endValue: optional(finite),
})
