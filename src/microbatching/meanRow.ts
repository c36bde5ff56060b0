/** @internal */

import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from '../transforms/Axiswise.js'

/** The mean of the rows of a matrix. */
export const meanRow = <L extends Leaf>(O: Axiswise<L>, rows: L, count: number): L =>
  rows.shape[1] === 0 ? O.filled([0], 0) : O.div(O.sum(rows, [0]), count)
