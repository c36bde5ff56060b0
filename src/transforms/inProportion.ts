/** @internal */

import type { Arithmetic } from '../equation/Arithmetic.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'

/** Norms from here on are brought down before anything is divided by them: the quotient alone may be too small for a
 *  float32, though what it scales is large. */
const large = 2 ** 62
const down = 2 ** -64

/** `x·(part/whole)`. */
export const inProportion =
  <A, B>(A: Arithmetic<A, B>) =>
  (x: A, part: A, whole: A): A => {
    const s = A.where(A.less(A.lit(large), whole), A.lit(down), A.lit(1))
    return A.mul(A.mul(x, s), A.div(part, A.mul(whole, s)))
  }

/** What leaves `x` where `whole ≤ part` and is `x·(part/whole)` elsewhere, with one `whole` for each slice of `x`; NaN where
 *  that is NaN. */
export const atMost = <L extends Leaf>(O: Axiswise<L>, part: L, whole: L): ((x: L) => L) => {
  const one = O.filled(whole.shape, 1)
  const s = O.whereLess(large, whole, O.filled(whole.shape, down), one)
  // Nothing is divided by zero: there backends differ.
  const some = O.whereLess(O.filled(whole.shape, 0), whole, O.mul(whole, s), O.add(whole, 1))
  const first = O.whereLess(whole, part, one, s)
  const second = O.whereLess(whole, part, one, O.div(part, some))
  return (x) => O.mul(O.mul(x, first), second)
}
