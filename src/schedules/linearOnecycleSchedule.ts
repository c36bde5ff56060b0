import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { finite, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { interpolated } from './interpolated.js'
import type { Knots } from './scaledKnots.js'

export interface LinearOnecycleScheduleOptions {
  /** The length of the cycle, ≥ 1. */
  readonly transitionSteps: number
  /** The largest value. */
  readonly peakValue: number
  /** The part of the cycle spent rising, in [0, 1].
   *
   *  @defaultValue 0.3 */
  readonly pctStart?: number
  /** The part of the cycle after which the value is back at its start, in [pctStart, 1].
   *
   *  @defaultValue 0.85 */
  readonly pctFinal?: number
  /** The cycle starts at `peakValue / divFactor`.
   *
   *  @defaultValue 25 */
  readonly divFactor?: number
  /** It ends at `peakValue / (divFactor·finalDivFactor)`.
   *
   *  @defaultValue 1e4 */
  readonly finalDivFactor?: number
}

/** Rise to a peak, fall back to the start, then far below it, along straight lines.
 *
 *  ```text
 *  s(0) = peak/div     s(⌊pctStart·T⌋) = peak     s(⌊pctFinal·T⌋) = peak/div     s(T) = peak/(div·finalDiv)
 *  T = transitionSteps; constant after T
 *  ```
 *
 *  @units those of peakValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range, or a pctFinal below pctStart.
 *  @laws rises before the peak, falls after it (factors ≥ 1); exact at the four points.
 *  @reference Smith & Topin, 2017, arXiv:1708.07120; optax.linear_onecycle_schedule. Departs: points that fall on one
 *    count (a tiny T) do not overwrite each other's factor; the later point holds.
 *  @example linearOnecycleSchedule({ transitionSteps: 10, peakValue: 1 })   // 0.04, 0.36, 0.68, 1, 0.808, …, 4e-6 */
export const linearOnecycleSchedule = (given: LinearOnecycleScheduleOptions): Schedule => {
  const checked = parse(given)
  const { transitionSteps, peakValue, pctStart, pctFinal, divFactor, finalDivFactor } = checked
  if (pctFinal < pctStart) {
    throw new RangeError(
      `linearOnecycleSchedule: pctFinal must be at least pctStart (${pctStart}), found ${pctFinal}. ` +
        `Pass e.g. { pctStart: ${pctStart}, pctFinal: ${(1 + pctStart) / 2} }.`,
    )
  }
  const knots: Knots = [
    { at: 0, value: peakValue / divFactor },
    { at: Math.floor(pctStart * transitionSteps), value: peakValue },
    { at: Math.floor(pctFinal * transitionSteps), value: peakValue / divFactor },
    { at: transitionSteps, value: peakValue / (divFactor * finalDivFactor) },
  ]
  return described('linearOnecycleSchedule', checked, interpolated('linear', knots))
}

const parse = options('linearOnecycleSchedule', {
  transitionSteps: required(positiveCount),
  peakValue: required(finite),
  pctStart: withDefault(unitInterval, 0.3),
  pctFinal: withDefault(unitInterval, 0.85),
  divFactor: withDefault(positive, 25),
  finalDivFactor: withDefault(positive, 1e4),
})
