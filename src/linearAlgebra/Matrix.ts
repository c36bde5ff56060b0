/** @internal */

/** A matrix on the host, in double: values in row-major order. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** The matrix whose elements a function gives. */
export const matrixOf = (rows: number, columns: number, element: (i: number, j: number) => number): Matrix => {
  const values = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * columns + j] = element(i, j)
  return { rows, columns, values }
}

/** An element; NaN where there is none. */
export const at = ({ columns, values }: Matrix, i: number, j: number): number => values[i * columns + j] ?? Number.NaN

export const identityMatrix = (n: number): Matrix => matrixOf(n, n, (i, j) => (i === j ? 1 : 0))

export const transposed = (a: Matrix): Matrix => matrixOf(a.columns, a.rows, (i, j) => at(a, j, i))

/** a·b */
export const product = (a: Matrix, b: Matrix): Matrix => {
  const out = new Float64Array(a.rows * b.columns)
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const x = at(a, i, k)
      const [to, from] = [i * b.columns, k * b.columns]
      for (let j = 0; j < b.columns; j++)
        // kept inside by the loop; NaN would show a mistake
        out[to + j] = (out[to + j] ?? Number.NaN) + x * (b.values[from + j] ?? Number.NaN)
    }
  return { rows: a.rows, columns: b.columns, values: out }
}
