import * as tf from '@tensorflow/tfjs-core'
import { count } from '../scalars/Count.js'
import { positiveCount } from '../scalars/Count.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { type Matrix, product } from '../linearAlgebra/Matrix.js'
import { hostSquare, shiftedIdentity, sumOf } from './hostMatrix.js'
import { dominant, drawn } from './powerIteration.js'

/** Options of `matrixInversePthRoot`. */
export interface MatrixInversePthRootOptions {
  /** Which root: an integer ≥ 1. */
  readonly p: number
  /** At most how many iterations.
   *
   *  @defaultValue 100 */
  readonly numIters?: number
  /** What is added to the diagonal, as a part of the largest eigenvalue: without it a singular matrix has no root.
   *
   *  @defaultValue 1e-6 */
  readonly ridgeEpsilon?: number
  /** Ends where no element of M, which goes to the identity, is further from it.
   *
   *  @defaultValue 1e-12 */
  readonly errorTolerance?: number
}

/** A root, and how far the iteration was from its end. */
export interface InversePthRoot {
  /** (A + ridge·I)^(−1/p), `[n, n]`. */
  readonly root: tf.Tensor2D
  /** The largest element of M − I: near 0 where the root is one. */
  readonly error: number
}

/** The inverse p-th root of a symmetric matrix without negative eigenvalues, by a coupled Newton iteration.
 *
 *  ```text
 *  C = (1 + 1/p)·I − M/p     M ← Cᵖ·M → I     H ← H·C → (A + ε·λ·I)^(−1/p)        λ = the largest eigenvalue
 *  ```
 *
 *  @shapes `[n, n]`.
 *  @units those of A to the power −1/p.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where it is not square, or p is no integer ≥ 1.
 *    A matrix that has no such root is not refused: `error` is large.
 *  @departs in double on the host: the matrix is read back, once, and the tolerance is 1e-12 for 1e-6. Any p: optax takes
 *    a power of two near it for it.
 *  @reference Guo & Higham 2006; Anil et al. 2020, arXiv:2002.09018; optax.matrix_inverse_pth_root
 *  @example const { root } = matrixInversePthRoot(tf.eye(3), { p: 4 }) */
export const matrixInversePthRoot = (matrix: tf.Tensor, given: MatrixInversePthRootOptions): InversePthRoot => {
  const { p, ...rest } = parse(given)
  const host = hostSquare('matrixInversePthRoot', 'matrix', matrix)
  const { root, error } = inversePthRoot(host, { p, ...rest })
  return { root: tf.tensor2d(Float32Array.from(root.values), [root.rows, root.columns]), error }
}

/** The same on the host, in double.
 *
 *  @internal */
export const inversePthRoot = (
  matrix: Matrix,
  { p, numIters, ridgeEpsilon, errorTolerance }: Required<MatrixInversePthRootOptions>,
): { readonly root: Matrix; readonly error: number } => {
  if (matrix.rows === 0) return { root: matrix, error: 0 }
  const most = ridgeEpsilon === 0 ? 0 : dominant(matrix, drawn(matrix.rows, 0), tight).eigenvalue
  const damped = shiftedIdentity(ridgeEpsilon * Math.max(most, 1e-16), 1, matrix)
  const z = (1 + p) / (2 * Math.sqrt(sumOf(damped, (x) => x * x)))
  let now: Iterate = iterate(shiftedIdentity(0, z, damped), shiftedIdentity(z ** (1 / p), 0, damped))
  let better = true
  for (let i = 0; i < numIters && now.error > errorTolerance && better; i++) {
    const step = shiftedIdentity(1 + 1 / p, -1 / p, now.m)
    const next = iterate(product(power(step, p), now.m), product(now.h, step))
    better = next.error < now.error * 1.2
    if (better) now = next
  }
  return { root: now.h, error: now.error }
}

const tight = { numIters: 100, errorTolerance: 1e-6 }

interface Iterate {
  readonly m: Matrix
  readonly h: Matrix
  readonly error: number
}

const iterate = (m: Matrix, h: Matrix): Iterate => ({
  m,
  h,
  error: shiftedIdentity(-1, 1, m).values.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
})

/** A power by squaring. */
const power = (a: Matrix, p: number): Matrix => {
  if (p === 1) return a
  const half = power(a, Math.floor(p / 2))
  const square = product(half, half)
  return p % 2 === 0 ? square : product(square, a)
}

const parse = optionsFor<MatrixInversePthRootOptions>()('matrixInversePthRoot', {
  p: required(positiveCount),
  numIters: withDefault(count, 100),
  ridgeEpsilon: withDefault(nonNegative, 1e-6),
  errorTolerance: withDefault(nonNegative, 1e-12),
})
