/** @internal */
import { type Schedule, valueAt } from '../../scalars/Schedule.js'
import type { Moment } from '../Scheme.js'

/** The product of the decays of the steps since the last update: what the average keeps of itself in this one.
 *
 *  ```text
 *  ∏ d(t) over from ≤ t < to
 *  ```
 */
export const blockDecay = (decay: number | Schedule, { from, to }: Pick<Moment, 'from' | 'to'>): number => {
  if (typeof decay === 'number') return to - from === 1 ? decay : decay ** (to - from)
  let product = 1
  for (let t = from; t < to && product > 0; t++) product *= valueAt(decay, t)
  return product
}
