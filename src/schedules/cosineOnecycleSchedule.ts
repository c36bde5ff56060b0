import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { finite, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { interpolated } from './interpolated.js'
import type { Knots } from './scaledKnots.js'

export interface CosineOnecycleScheduleOptions {
  /** The length of the cycle, ≥ 1. */
  readonly transitionSteps: number
  /** The largest value. */
  readonly peakValue: number
  /** The part of the cycle spent rising, in [0, 1].
   *
   *  @defaultValue 0.3 */
  readonly pctStart?: number
  /** The cycle starts at `peakValue / divFactor`.
   *
   *  @defaultValue 25 */
  readonly divFactor?: number
  /** It ends at `peakValue / (divFactor·finalDivFactor)`.
   *
   *  @defaultValue 1e4 */
  readonly finalDivFactor?: number
}

/** Rise to a peak and fall far below the start, along half cosines.
 *
 *  ```text
 *  s(0) = peak/div     s(⌊pctStart·T⌋) = peak     s(T) = peak/(div·finalDiv)
 *  T = transitionSteps; constant after T
 *  ```
 *
 *  @units those of peakValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws rises before the peak, falls after it (factors ≥ 1); exact at the three points.
 *  @reference Smith & Topin, 2017, arXiv:1708.07120; optax.cosine_onecycle_schedule. Departs: points that fall on one
 *    count (a tiny T, pctStart 0 or 1) do not overwrite each other's factor; the later point holds.
 *  @example cosineOnecycleSchedule({ transitionSteps: 10, peakValue: 1 })   // 0.04, 0.28, 0.76, 1, 0.95…, …, 4e-6 */
export const cosineOnecycleSchedule = (given: CosineOnecycleScheduleOptions): Schedule => {
  const checked = parse(given)
  const { transitionSteps, peakValue, pctStart, divFactor, finalDivFactor } = checked
  const knots: Knots = [
    { at: 0, value: peakValue / divFactor },
    { at: Math.floor(pctStart * transitionSteps), value: peakValue },
    { at: transitionSteps, value: peakValue / (divFactor * finalDivFactor) },
  ]
  return described('cosineOnecycleSchedule', checked, interpolated('cosine', knots))
}

const parse = options('cosineOnecycleSchedule', {
  transitionSteps: required(positiveCount),
  peakValue: required(finite),
  pctStart: withDefault(unitInterval, 0.3),
  divFactor: withDefault(positive, 25),
  finalDivFactor: withDefault(positive, 1e4),
})
