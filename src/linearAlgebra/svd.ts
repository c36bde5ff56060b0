/** @internal */
import { nth } from '../scalars/nth.js'
import { at, identityMatrix, type Matrix, matrixOf, transposed } from './Matrix.js'

/** Singular values, descending, and their vectors as columns, by one-sided Jacobi rotations: small ones too are right to
 *  their own size.
 *
 *  ```text
 *  a = u·diag(s)·vᵀ     u is [m, k], v [n, k], k = min(m, n)
 *  ```
 *
 *  The column of u for a singular value of zero is zero. */
export const svd = (a: Matrix): { readonly u: Matrix; readonly s: Float64Array; readonly v: Matrix } => {
  if (a.rows < a.columns) {
    const { u, s, v } = svd(transposed(a))
    return { u: v, s, v: u }
  }
  const { rows: m, columns: n } = a
  const u = Float64Array.from(a.values)
  const v = Float64Array.from(identityMatrix(n).values)
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const [pp, qq, pq] = gram(u, m, n, p, q)
        if (!(Math.abs(pq) > 1e-16 * Math.sqrt(pp * qq))) continue
        turned = true
        const zeta = (qq - pp) / (2 * pq)
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const c = 1 / Math.sqrt(1 + t * t)
        turn(u, m, n, p, q, c, t * c)
        turn(v, n, n, p, q, c, t * c)
      }
    if (!turned) break
  }
  const lengths = Array.from({ length: n }, (_, j) => Math.sqrt(gram(u, m, n, j, j)[0]))
  const order = lengths.map((_, j) => j).sort((i, j) => nth(lengths, j) - nth(lengths, i))
  const length = (j: number): number => nth(lengths, nth(order, j))
  const pick = (values: Float64Array, rows: number) => (i: number, j: number) =>
    at({ rows, columns: n, values }, i, nth(order, j))
  return {
    u: matrixOf(m, n, (i, j) => (length(j) === 0 ? 0 : pick(u, m)(i, j) / length(j))),
    s: Float64Array.from(order.map((_, j) => length(j))),
    v: matrixOf(n, n, pick(v, n)),
  }
}

/** The inner products of two columns. */
const gram = (a: Float64Array, m: number, n: number, p: number, q: number): readonly [number, number, number] => {
  let [pp, qq, pq] = [0, 0, 0]
  for (let i = 0; i < m; i++) {
    // kept inside by the loop; NaN would show a mistake
    const [x, y] = [a[i * n + p] ?? Number.NaN, a[i * n + q] ?? Number.NaN]
    pp += x * x
    qq += y * y
    pq += x * y
  }
  return [pp, qq, pq]
}

const turn = (a: Float64Array, m: number, n: number, p: number, q: number, c: number, s: number): void => {
  for (let i = 0; i < m; i++) {
    // kept inside by the loop; NaN would show a mistake
    const [x, y] = [a[i * n + p] ?? Number.NaN, a[i * n + q] ?? Number.NaN]
    a[i * n + p] = c * x - s * y
    a[i * n + q] = s * x + c * y
  }
}
