import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { warmedCosine } from './warmedCosine.js'

export interface WarmupCosineDecayScheduleOptions {
  /** The value at count 0. */
  readonly initValue: number
  /** The value at `warmupSteps`. */
  readonly peakValue: number
  /** How many steps the warm-up takes. With 0: from the peak downwards at once. */
  readonly warmupSteps: number
  /** The *total* length, warm-up included: more than `warmupSteps`. */
  readonly decaySteps: number
  /** The value from `decaySteps` on.
   *
   *  @defaultValue 0 */
  readonly endValue?: number
  /** The power the cosine is raised to, ≥ 0.
   *
   *  @defaultValue 1 */
  readonly exponent?: number
}

/** Warm up along a straight line, then decay along half a cosine.
 *
 *  ```text
 *  s(n) = init + (peak − init)·n/W                                          for n < W = warmupSteps
 *  s(n) = end + (peak − end)·(½(1 + cos π(n − W)/(T − W)))^exponent         for W ≤ n ≤ T = decaySteps, then end
 *  ```
 *
 *  @units those of initValue, peakValue and endValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range, or decaySteps not above warmupSteps.
 *  @laws s(W) = peak; s(n) = end from T on (0 when peak is 0: the end is kept as a ratio of the peak).
 *  @reference optax.warmup_cosine_decay_schedule. Departs: nothing; decaySteps counts the warm-up, as there.
 *  @example warmupCosineDecaySchedule({ initValue: 0, peakValue: 1e-3, warmupSteps: 100, decaySteps: 5000 }) */
export const warmupCosineDecaySchedule = (given: WarmupCosineDecayScheduleOptions): Schedule => {
  const { schedule, checked } = warmed(given)
  return described('warmupCosineDecaySchedule', checked, schedule)
}

const warmed = warmedCosine('warmupCosineDecaySchedule')
