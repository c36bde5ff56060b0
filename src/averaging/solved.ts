/** @internal */
import { nth } from '../scalars/nth.js'
import { must } from '../scalars/must.js'
import { dot } from './dot.js'

/** The solution of a small linear system in double, and the condition of its matrix in the 1-norm.
 *
 *  ```text
 *  A·x = b        by elimination with pivots, and once more for what rounding left of b − A·x
 *  ```
 */
export const solved = (
  matrix: readonly (readonly number[])[],
  side: readonly number[],
): { readonly solution: readonly number[]; readonly condition: number } => {
  const inverse = inverted(matrix)
  const once = times(inverse, side)
  const left = side.map((b, i) => b - dot(must(matrix[i], 'row of a matrix'), once))
  const correction = times(inverse, left)
  return {
    solution: once.map((x, i) => x + nth(correction, i)),
    condition: norm(matrix) * norm(inverse),
  }
}

const times = (matrix: readonly (readonly number[])[], x: readonly number[]): readonly number[] =>
  matrix.map((row) => dot(row, x))

/** The largest column sum. */
const norm = (matrix: readonly (readonly number[])[]): number =>
  matrix
    // before the first row there are no sums
    .reduce<readonly number[]>((sums, row) => row.map((x, i) => (sums[i] ?? 0) + Math.abs(x)), [])
    .reduce((most, x) => Math.max(most, x), 0)

const sizeAt = (rows: readonly Float64Array[], i: number, j: number): number =>
  Math.abs(nth(must(rows[i], 'row of a matrix'), j))

/** Gauss and Jordan, on a copy. */
const inverted = (matrix: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const n = matrix.length
  const rows = matrix.map((row, i) => Float64Array.from([...row, ...row.map((_, j) => Number(i === j))]))
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let i = column + 1; i < n; i++) if (sizeAt(rows, i, column) > sizeAt(rows, pivot, column)) pivot = i
    const [top, chosen] = [rows[column], rows[pivot]]
    if (top === undefined || chosen === undefined) throw new RangeError('solved: a system without rows')
    rows[column] = chosen
    rows[pivot] = top
    const scale = nth(chosen, column)
    for (let j = 0; j < 2 * n; j++) chosen[j] = nth(chosen, j) / scale
    rows.forEach((row, i) => {
      const factor = nth(row, column)
      if (i === column || factor === 0) return
      for (let j = 0; j < 2 * n; j++) row[j] = nth(row, j) - factor * nth(chosen, j)
    })
  }
  return rows.map((row) => [...row.subarray(n)])
}
