import { count as steps } from '../scalars/Count.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface PolynomialScheduleOptions {
  /** The value up to `transitionBegin`. */
  readonly initValue: number
  /** The value from `transitionBegin + transitionSteps` on. */
  readonly endValue: number
  /** The polynomial's degree, ≥ 0: 1 is a line, above 1 most of the way is made early. */
  readonly power: number
  /** How many steps the way takes. With 0 there is no way: `initValue` for ever. */
  readonly transitionSteps: number
  /** The count at which the way begins.
   *
   *  @defaultValue 0 */
  readonly transitionBegin?: number
}

/** From one value to another along a polynomial.
 *
 *  ```text
 *  s(n) = end + (init − end)·(1 − k/T)^power     k = clip(n − begin, 0, T), T = transitionSteps
 *  ```
 *
 *  @units those of initValue and endValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws s(n) is initValue exactly up to begin, endValue exactly from begin + T on (power > 0), monotone between.
 *  @reference optax.polynomial_schedule. Departs: a negative transitionBegin is refused, where optax takes 0.
 *  @example
 *  ```ts
 *  polynomialSchedule({ initValue: 1, endValue: 0, power: 2, transitionSteps: 10 })
 *  // 1, 0.81, 0.64, 0.49, …
 *  ```
 */
export const polynomialSchedule = (given: PolynomialScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, endValue, power, transitionSteps, transitionBegin } = checked
  return described('polynomialSchedule', checked, (count) => {
    const k = Math.min(count - transitionBegin, transitionSteps)
    // Written out, init − end + end may miss init by a rounding.
    if (k <= 0) return initValue
    return endValue + (initValue - endValue) * (1 - k / transitionSteps) ** power
  })
}

const parse = options('polynomialSchedule', {
  initValue: required(finite),
  endValue: required(finite),
  power: required(nonNegative),
  transitionSteps: required(steps),
  transitionBegin: withDefault(steps, 0),
})
