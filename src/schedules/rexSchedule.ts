import { positiveCount } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface RexScheduleOptions {
  /** The value at count 0. */
  readonly initValue: number
  /** How many steps the way to zero takes: an integer ≥ 1. */
  readonly transitionSteps: number
}

/** Down to zero, slowly at first and steeply at the end: for short budgets.
 *
 *  ```text
 *  s(n) = init·(1 − u)/(½ + ½·(1 − u))        u = min(n/T, 1)
 *  ```
 *
 *  @units those of initValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws above the straight line between its ends; it never rises where init ≥ 0.
 *  @reference Chen, Wolfe & Kyrillidis 2022, arXiv:2107.04197
 *  @example rexSchedule({ initValue: 1, transitionSteps: 2 }) // 1, 0.666…, 0, 0, … */
export const rexSchedule = (given: RexScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, transitionSteps } = checked
  return described('rexSchedule', checked, (n) => {
    const left = 1 - Math.min(n / transitionSteps, 1)
    return (initValue * left) / (0.5 + 0.5 * left)
  })
}

const parse = options('rexSchedule', { initValue: required(finite), transitionSteps: required(positiveCount) })
