/** @internal */

import { axisLength } from '../tensors/axisLength.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'

/** Orthonormal rows that span what the rows of a matrix span, the first j what its first j do: Gram and Schmidt's way,
 *  twice over, which is as orthogonal as reflections are. On the device: nothing is read back. A row that depends on
 *  those above it becomes zero, or whatever rounding left of it.
 *
 *  ```text
 *  for each j: q = xⱼ/‖xⱼ‖,  x ← x − (x·qᵀ)·q
 *  ```
 */
export const orthonormalRows = <L extends Leaf>(O: Axiswise<L>, x: L): L => once(O, once(O, x))

const once = <L extends Leaf>(O: Axiswise<L>, x: L): L => {
  const [rows, columns] = [axisLength(x, 0), axisLength(x, 1)]
  const found: L[] = []
  let rest = x
  for (let j = 0; j < rows; j++) {
    const row = O.matMul(picks(O, rows, j), rest)
    const length = O.norm(row, [0, 1])
    const unit = O.div(row, O.whereLess(0, length, length, 1))
    rest = O.sub(rest, O.matMul(O.matMul(rest, O.reshape(unit, [columns, 1])), unit))
    found.push(O.reshape(unit, [columns]))
  }
  return O.stack(found)
}

/** The row that picks the jth of n. */
const picks = <L extends Leaf>(O: Axiswise<L>, n: number, j: number): L =>
  O.of(
    Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)),
    [1, n],
  )
