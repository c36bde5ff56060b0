import { byCount, oneOf } from '../scalars/kinds.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { type Curve, interpolated } from './interpolated.js'
import { scaledKnots } from './scaledKnots.js'

export interface PiecewiseInterpolateScheduleOptions {
  /** `'linear'` or `'cosine'`: the curve between boundaries. */
  readonly interpolateType: Curve
  /** The value at count 0. */
  readonly initValue: number
  /** At each boundary (a count) the value has been multiplied by its scale, ≥ 0: `{ 4: 0.5, 8: 0.1 }`. Default none. */
  readonly boundariesAndScales?: Readonly<Record<number, number>>
}

/** Go by a line or half a cosine from each boundary's value to the next.
 *
 *  ```text
 *  s(boundaryᵢ) = init·scale₁·…·scaleᵢ, interpolated between, constant after the last
 *  ```
 *
 *  @units those of initValue; boundaries are counts of updates applied so far.
 *  @throws RangeError or TypeError for a boundary that is no count or a scale that is negative.
 *  @laws monotone between neighbouring boundaries; scales multiply up; exact at the boundaries.
 *  @reference optax.piecewise_interpolate_schedule. Departs: nothing.
 *  @example
 *  ```ts
 *  const boundariesAndScales = { 4: 0.5, 8: 0.1 }
 *  piecewiseInterpolateSchedule({ interpolateType: 'linear', initValue: 1, boundariesAndScales })
 *  // 1, 0.875, 0.75, 0.625, 0.5, 0.3875, …
 *  ```
 */
export const piecewiseInterpolateSchedule = (given: PiecewiseInterpolateScheduleOptions): Schedule => {
  const checked = parse(given)
  const knots = scaledKnots(checked.initValue, checked.boundariesAndScales)
  return described('piecewiseInterpolateSchedule', checked, interpolated(checked.interpolateType, knots))
}

const parse = options('piecewiseInterpolateSchedule', {
  interpolateType: required(oneOf('linear', 'cosine')),
  initValue: required(finite),
  boundariesAndScales: withDefault(byCount(nonNegative), {}),
})
