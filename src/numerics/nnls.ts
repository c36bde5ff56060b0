import { nth } from '../scalars/nth.js'
import * as tf from '@tensorflow/tfjs-core'
import { count } from '../scalars/Count.js'
import { positive } from '../scalars/numbers.js'
import { optional, optionsFor, required } from '../scalars/options.js'
import { floatsAt } from '../tensors/checkedTensors.js'
import { type Matrix, product, transposed } from '../linearAlgebra/Matrix.js'
import { hostMatrix, sumOf } from './hostMatrix.js'

/** Options of `nnls`. */
export interface NnlsOptions {
  /** How many steps: an integer ≥ 0. */
  readonly iters: number
  /** A bound of the largest eigenvalue of AᵀA, the inverse of the step. Default: the least of its norms. */
  readonly L?: number
}

/** Least squares without negative coefficients, by accelerated projected gradients (FISTA).
 *
 *  ```text
 *  min ‖A·x − b‖² over x ≥ 0     x ← max(0, p − Aᵀ(A·p − b)/L)     p ← x + s·(x − last x)
 *  ```
 *
 *  @shapes A `[m, n]`, b `[m]` or `[m, k]`; x is `[n]` or `[n, k]`.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where shapes do not fit, or `iters` is no
 *    integer ≥ 0.
 *  @departs in double on the host: A and b are read back, once, and x has no gradient. `unroll` is the compiler's and has
 *    no counterpart.
 *  @reference Beck & Teboulle 2009; optax.nnls
 *  @example nnls(tf.eye(2), tf.tensor1d([1, -1]), { iters: 50 }) */
export const nnls = (A: tf.Tensor, b: tf.Tensor, given: NnlsOptions): tf.Tensor => {
  const { iters, L } = parse(given)
  const a = hostMatrix('nnls', 'A', A)
  const right = floatsAt({ where: 'nnls', name: 'b' }, b)
  if ((right.rank !== 1 && right.rank !== 2) || right.shape[0] !== a.rows)
    throw new RangeError(
      `nnls: b must have the shape [${a.rows}] or [${a.rows}, k], found [${right.shape.join(', ')}]. It has one row for each of A.`,
    )
  const columns = right.shape[1] ?? 1
  const x = fista(a, { rows: a.rows, columns, values: Float64Array.from(right.dataSync()) }, iters, L)
  return tf.tensor(Float32Array.from(x.values), [a.columns, ...right.shape.slice(1)])
}

const fista = (a: Matrix, b: Matrix, iters: number, given: number | undefined): Matrix => {
  const at = transposed(a)
  const [square, pull] = [product(at, a), product(at, b)]
  const bound = (given ?? boundOf(square)) || 1
  const start: Matrix = { rows: a.columns, columns: b.columns, values: new Float64Array(a.columns * b.columns) }
  let [x, p, c] = [start, start, 0]
  for (let i = 0; i < iters; i++) {
    const slope = product(square, p)
    const [last, ahead] = [x, p]
    const next = (1 + Math.sqrt(1 + 4 * c * c)) / 2
    const s = (c - 1) / next
    x = {
      ...last,
      values: ahead.values.map((v, j) => Math.max(0, v - (nth(slope.values, j) - nth(pull.values, j)) / bound)),
    }
    const newest = x.values
    p = { ...last, values: newest.map((v, j) => v + s * (v - nth(last.values, j))) }
    c = next
  }
  return x
}

/** The lesser of the Frobenius norm and the largest sum of a column's sizes: no eigenvalue is larger. */
const boundOf = (square: Matrix): number => {
  const columns = Array.from({ length: square.columns }, (_, j) =>
    square.values.reduce((sum, x, at) => (at % square.columns === j ? sum + Math.abs(x) : sum), 0),
  )
  return Math.min(Math.sqrt(sumOf(square, (x) => x * x)), Math.max(0, ...columns))
}

const parse = optionsFor<NnlsOptions>()('nnls', { iters: required(count), L: optional(positive) })
