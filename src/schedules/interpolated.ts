/** @internal */

import type { Schedule } from '../scalars/Schedule.js'
import type { Knots } from './scaledKnots.js'

/** How a value goes from one knot to the next. */
export type Curve = 'linear' | 'cosine'

/** The curve through knots given in ascending order; flat before the first and after the last.
 *
 *  ```text
 *  linear   a + (b − a)·x          cosine   b + (a − b)·(1 + cos πx)/2          x = (n − at)/(next at − at)
 *  ```
 *
 *  @laws s(at) = value at each knot exactly; of knots at one count the last one holds. */
export const interpolated = (curve: Curve, knots: Knots): Schedule => {
  const between = curves[curve]
  return (count) => {
    const passed = knots.findLastIndex(({ at }) => at <= count)
    const from = knots[passed] ?? knots[0]
    const to = knots[passed + 1]
    if (to === undefined || count <= from.at) return from.value
    return between(from.value, to.value, (count - from.at) / (to.at - from.at))
  }
}

const curves = {
  linear: (a: number, b: number, x: number) => a + (b - a) * x,
  cosine: (a: number, b: number, x: number) => b + ((a - b) / 2) * (1 + Math.cos(Math.PI * x)),
} as const
