import { count as steps } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { polynomialSchedule } from './polynomialSchedule.js'

export interface LinearScheduleOptions {
  /** The value up to `transitionBegin`. */
  readonly initValue: number
  /** The value from `transitionBegin + transitionSteps` on. */
  readonly endValue: number
  /** How many steps the way takes. With 0 there is no way: `initValue` for ever. */
  readonly transitionSteps: number
  /** The count at which the way begins.
   *
   *  @defaultValue 0 */
  readonly transitionBegin?: number
}

/** From one value to another along a straight line.
 *
 *  ```text
 *  s(n) = init + (end − init)·k/T     k = clip(n − begin, 0, T), T = transitionSteps
 *  ```
 *
 *  @units those of initValue and endValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws it is polynomialSchedule with power 1, number for number.
 *  @reference optax.linear_schedule. Departs: as polynomialSchedule.
 *  @example linearSchedule({ initValue: 1, endValue: 0, transitionSteps: 4 })   // 1, 0.75, 0.5, 0.25, 0, 0, … */
export const linearSchedule = (given: LinearScheduleOptions): Schedule => {
  const checked = parse(given)
  return described('linearSchedule', checked, polynomialSchedule({ ...checked, power: 1 }))
}

const parse = options('linearSchedule', {
  initValue: required(finite),
  endValue: required(finite),
  transitionSteps: required(steps),
  transitionBegin: withDefault(steps, 0),
})
