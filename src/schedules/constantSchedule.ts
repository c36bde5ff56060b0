import { finite } from '../scalars/numbers.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface ConstantScheduleOptions {
  /** The value at every count. */
  readonly value: number
}

/** The same value for ever.
 *
 *  ```text
 *  s(n) = value
 *  ```
 *
 *  @units those of value.
 *  @throws RangeError or TypeError for a value that is no finite number.
 *  @laws s(n) = s(m).
 *  @reference optax.constant_schedule. Departs: nothing.
 *  @example constantSchedule({ value: 0.1 })   // 0.1, 0.1, 0.1, … */
export const constantSchedule = (given: ConstantScheduleOptions): Schedule => {
  const checked = parse(given)
  const { value } = checked
  return described('constantSchedule', checked, () => value)
}

const parse = options('constantSchedule', { value: required(finite) })
