/** @internal */
import { at, type Matrix, matrixOf } from './Matrix.js'

/** A matrix as orthogonal columns times an upper triangle, by Householder's reflections.
 *
 *  ```text
 *  a = q·r     qᵀq = 1     q is [m, k], r [k, n], k = min(m, n)
 *  ```
 */
export const qr = (a: Matrix): { readonly q: Matrix; readonly r: Matrix } => {
  const { rows: m, columns: n } = a
  const k = Math.min(m, n)
  const r = Float64Array.from(a.values)
  const get = (i: number, j: number): number => r[i * n + j] ?? Number.NaN // kept inside by the loops, here and below
  const reflections: { readonly from: number; readonly v: Float64Array }[] = []
  for (let j = 0; j < k; j++) {
    let square = 0
    for (let i = j; i < m; i++) square += get(i, j) ** 2
    const norm = Math.sqrt(square)
    if (norm === 0) continue
    const v = new Float64Array(m - j)
    for (let i = j; i < m; i++) v[i - j] = get(i, j)
    v[0] = get(j, j) + (get(j, j) < 0 ? -norm : norm)
    const size = v.reduce((sum, x) => sum + x * x, 0)
    reflect(r, n, m, j, v, size)
    reflections.push({ from: j, v })
  }
  const q = matrixOf(m, k, (i, j) => (i === j ? 1 : 0))
  for (const { from, v } of reflections.toReversed())
    reflect(
      q.values,
      k,
      m,
      from,
      v,
      v.reduce((sum, x) => sum + x * x, 0),
    )
  return { q, r: matrixOf(k, n, (i, j) => (j < i ? 0 : at({ rows: m, columns: n, values: r }, i, j))) }
}

/** Reflects the rows from one on: x ← x − 2v(vᵀx)/(vᵀv), in place. */
const reflect = (
  values: Float64Array,
  columns: number,
  rows: number,
  from: number,
  v: Float64Array,
  size: number,
): void => {
  for (let j = 0; j < columns; j++) {
    let dot = 0
    // kept inside by the loops; NaN would show a mistake
    for (let i = from; i < rows; i++) dot += (v[i - from] ?? Number.NaN) * (values[i * columns + j] ?? Number.NaN)
    const factor = (2 * dot) / size
    for (let i = from; i < rows; i++)
      // as above
      values[i * columns + j] = (values[i * columns + j] ?? Number.NaN) - factor * (v[i - from] ?? Number.NaN)
  }
}
