/** @internal */

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
  const left = side.map((b, i) => b - dot(matrix[i] ?? [], once))
  const correction = times(inverse, left)
  return {
    solution: once.map((x, i) => x + (correction[i] ?? Number.NaN)),
    condition: norm(matrix) * norm(inverse),
  }
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0)

const times = (matrix: readonly (readonly number[])[], x: readonly number[]): readonly number[] =>
  matrix.map((row) => dot(row, x))

/** The largest column sum. */
const norm = (matrix: readonly (readonly number[])[]): number =>
  matrix
    .reduce<readonly number[]>((sums, row) => row.map((x, i) => (sums[i] ?? 0) + Math.abs(x)), [])
    .reduce((most, x) => Math.max(most, x), 0)

/** Gauss and Jordan, on a copy. */
const inverted = (matrix: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const n = matrix.length
  const rows = matrix.map((row, i) => Float64Array.from([...row, ...row.map((_, j) => Number(i === j))]))
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let i = column + 1; i < n; i++)
      if (Math.abs(rows[i]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = i
    const [top, chosen] = [rows[column], rows[pivot]]
    if (top === undefined || chosen === undefined) throw new RangeError('solved: a system without rows')
    rows[column] = chosen
    rows[pivot] = top
    const scale = chosen[column] ?? 0
    for (let j = 0; j < 2 * n; j++) chosen[j] = (chosen[j] ?? 0) / scale
    rows.forEach((row, i) => {
      const factor = row[column] ?? 0
      if (i === column || factor === 0) return
      for (let j = 0; j < 2 * n; j++) row[j] = (row[j] ?? 0) - factor * (chosen[j] ?? 0)
    })
  }
  return rows.map((row) => [...row.subarray(n)])
}
