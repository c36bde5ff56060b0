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
 *    s(n) = value
 *
 *  Units      those of value.
 *  Throws     RangeError or TypeError for a value that is no finite number.
 *  Laws       s(n) = s(m).
 *  Reference  optax.constant_schedule. Departs: nothing.
 *  Example    constantSchedule({ value: 0.1 })   // 0.1, 0.1, 0.1, … */
export const constantSchedule = (given: ConstantScheduleOptions): Schedule => {
  const checked = parse(given)
  const { value } = checked
  return described('constantSchedule', checked, () => value)
}

const parse = options('constantSchedule', { value: required(finite) })
