import { byCount } from '../scalars/kinds.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { scaledKnots } from './scaledKnots.js'

export interface PiecewiseConstantScheduleOptions {
  /** The value before the first boundary. */
  readonly initValue: number
  /** From each boundary (a count) on, the value is multiplied by its scale, ≥ 0: `{ 100: 0.1 }`. Default none. */
  readonly boundariesAndScales?: Readonly<Record<number, number>>
}

/** Jump by a factor at each boundary.
 *
 *  ```text
 *  s(n) = init·∏ scaleᵢ over the boundariesᵢ ≤ n
 *  ```
 *
 *  @units those of initValue; boundaries are counts of updates applied so far.
 *  @throws RangeError or TypeError for a boundary that is no count or a scale that is negative.
 *  @laws constant between boundaries; the jump happens *at* the boundary; scales multiply up.
 *  @reference optax.piecewise_constant_schedule. Departs: nothing.
 *  @example piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: { 3: 0.5 } })   // 1, 1, 1, 0.5, 0.5, … */
export const piecewiseConstantSchedule = (given: PiecewiseConstantScheduleOptions): Schedule => {
  const checked = parse(given)
  const knots = scaledKnots(checked.initValue, checked.boundariesAndScales)
  return described(
    'piecewiseConstantSchedule',
    checked,
    (count) => knots.findLast(({ at }) => at <= count)?.value ?? checked.initValue,
  )
}

const parse = options('piecewiseConstantSchedule', {
  initValue: required(finite),
  boundariesAndScales: withDefault(byCount(nonNegative), {}),
})
