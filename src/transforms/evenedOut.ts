/** @internal */

import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'

/** A matrix `[in, out]` whose columns are divided by the roots of their mean squares, at its old length; and the average of
 *  those squares. */
export const evenedOut = <L extends Leaf>(
  O: Axiswise<L>,
  x: L,
  before: L,
  beta2: number,
): { readonly update: L; readonly nu: L } => {
  const [rows = 1] = x.shape
  const squares = O.mul(O.sum(O.mul(x, x), [0]), (1 - beta2) / rows)
  const nu = O.add(O.mul(before, beta2), squares)
  const y = O.div(x, O.add(O.sqrt(nu), 1e-8))
  const length = O.norm(y, [0, 1])
  return { update: O.mul(y, O.div(O.norm(x, [0, 1]), O.whereLess(0, length, length, 1))), nu }
}
