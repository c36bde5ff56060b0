import { nth } from '../scalars/nth.js'
import * as tf from '@tensorflow/tfjs-core'
import { count } from '../scalars/Count.js'
import { fn } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, optionsFor, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { floatsAt } from '../tensors/checkedTensors.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { treeScale } from '../tensors/treeScale.js'
import { treeSub } from '../tensors/treeSub.js'
import type { Leaves, Tree, TreeOf } from '../tree/Tree.js'
import { treeVdot } from '../tensors/treeVdot.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { type Matrix, product } from '../linearAlgebra/Matrix.js'
import { hostSquare } from './hostMatrix.js'

/** How long to iterate. */
export interface PowerIterationOptions {
  /** At most how many multiplications.
   *
   *  @defaultValue 100 */
  readonly numIters?: number
  /** Ends where ‖A·v − λ·v‖ is less than this part of |λ|.
   *
   *  @defaultValue 1e-6 */
  readonly errorTolerance?: number
}

/** An eigenvalue, and a vector of norm 1 that belongs to it. */
export interface Eigenpair<V> {
  readonly eigenvalue: number
  readonly eigenvector: V
}

/** The eigenvalue of largest size of a symmetric matrix, and its vector, by multiplying a vector with it again and again.
 *
 *  ```text
 *  v ← A·v/‖A·v‖        λ = ⟨v, A·v⟩
 *  ```
 *
 *  @shapes a matrix `[n, n]`, a start `v0` of `[n]` (drawn from `key` if none is given), a vector `[n]`.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where the matrix is not square or `v0` has
 *    another shape.
 *  @laws linear in the matrix; what `v0` has no part of is not found.
 *  @departs in double on the host: the matrix is read back, once. Where two eigenvalues are of one size and of opposite
 *    signs it ends at neither, as optax does. A matrix of zeros has eigenvalue 0 with the start as its vector:
 *    optax gives NaN.
 *  @reference optax.power_iteration
 *  @example const { eigenvalue, eigenvector } = powerIteration(tf.eye(3), { numIters: 20 }) */
export const powerIteration = (
  matrix: tf.Tensor,
  given?: PowerIterationOptions & {
    /** Where to start: a vector. */
    readonly v0?: tf.Tensor
    /** Which start is drawn where there is no `v0`: an integer.
     *
     *  @defaultValue 0 */
    readonly key?: number
  },
): Eigenpair<tf.Tensor1D> => {
  const { v0, key = 0, ...rest } = given ?? {} // nothing need be given
  const checked = parse(rest)
  const host = hostSquare('powerIteration', 'matrix', matrix)
  const start = v0 === undefined ? drawn(host.rows, key) : numbersOf(v0, host.rows)
  const { eigenvalue, eigenvector } = dominant(host, start, checked)
  return { eigenvalue, eigenvector: tf.tensor1d(Float32Array.from(eigenvector)) }
}

const numbersOf = (v0: tf.Tensor, rows: number): ArrayLike<number> => {
  const start = floatsAt({ where: 'powerIteration', name: 'v0' }, v0)
  if (start.rank === 1 && start.size === rows) return start.dataSync()
  throw new RangeError(
    `powerIteration: v0 must have the shape [${rows}], found [${start.shape.join(', ')}]. Pass a vector, or none.`,
  )
}

/** The same on the host.
 *
 *  @internal */
export const dominant = (
  matrix: Matrix,
  start: ArrayLike<number>,
  { numIters, errorTolerance }: { readonly numIters: number; readonly errorTolerance: number },
): Eigenpair<Float64Array> => {
  const times = (v: Float64Array): Float64Array => product(matrix, { rows: v.length, columns: 1, values: v }).values
  const unit = (v: Float64Array): Float64Array => {
    const norm = Math.hypot(...v)
    return norm > 0 ? v.map((x) => x / norm) : v
  }
  let vector = unit(Float64Array.from(start))
  let image = times(vector)
  let eigenvalue = 0
  for (let i = 0; i < numIters && !(residual(vector, image, eigenvalue) < errorTolerance); i++) {
    if (image.every((x) => x === 0)) return { eigenvalue: 0, eigenvector: vector }
    vector = unit(image)
    image = times(vector)
    eigenvalue = vector.reduce((sum, x, j) => sum + x * nth(image, j), 0)
  }
  return { eigenvalue, eigenvector: image.some((x) => x !== 0) ? unit(image) : vector }
}

const residual = (vector: Float64Array, image: Float64Array, eigenvalue: number): number =>
  Math.hypot(...image.map((x, j) => x - eigenvalue * nth(vector, j))) / Math.abs(eigenvalue)

/** Numbers in (−1, 1), the same on every machine.
 *
 *  @internal */
export const drawn = (size: number, key: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => (seedOf(`${key}/${i}/start`) + 0.5) / 2 ** 31 - 1)

/** The same for a linear function of trees, such as a product with a Hessian that is never written out.
 *
 *  ```text
 *  v ← f(v)/‖f(v)‖        λ = ⟨v, f(v)⟩
 *  ```
 *
 *  @shapes those of `v0`, for what `multiply` takes and returns, and for the eigenvector.
 *  @throws `TypeError` where `multiply` is no function; `TreeMismatch` where it returns another tree.
 *  @departs a name of its own; two numbers are read back at each multiplication, to know when to end.
 *  @reference optax.power_iteration, with a callable
 *  @example powerIterationOf((v) => treeScale(2, v), params) */
export const powerIterationOf = <P>(
  ...[multiply, v0, given]: readonly [
    multiply: (v: Leaves<P, tf.Tensor>) => Leaves<P, tf.Tensor>,
    v0: P & TreeOf<P>,
    options?: PowerIterationOptions,
  ]
): Eigenpair<Leaves<P, tf.Tensor>> => {
  const { numIters, errorTolerance } = parse(given)
  parseFunction({ multiply })
  // Trees inside: their leaves are those of `v0`, which the compiler does not follow through.
  const times = multiply as unknown as (v: Tree) => Tree
  const unit = (v: Tree): Tree =>
    tf.tidy(() => {
      const norm = treeNorm(v)
      return treeScale(tf.div<tf.Scalar>(1, tf.where(tf.greater(norm, 0), norm, tf.onesLike(norm))), v) as Record<
        string,
        tf.Tensor
      >
    })
  let vector = unit(v0 as Tree)
  let image = times(vector)
  let eigenvalue = 0
  const off = (): number =>
    tf.tidy(() => nth(treeNorm(treeSub(image, treeScale(eigenvalue, vector)) as Tree).dataSync(), 0)) /
    Math.abs(eigenvalue)
  for (let i = 0; i < numIters && !(off() < errorTolerance); i++) {
    const next = unit(image)
    disposeExcept([vector, image], [v0, next])
    vector = next
    image = times(vector)
    eigenvalue = tf.tidy(() => nth(treeVdot(vector, image).dataSync(), 0))
  }
  const eigenvector = unit(image)
  disposeExcept([vector, image], [v0, eigenvector])
  return { eigenvalue, eigenvector: eigenvector as Leaves<P, tf.Tensor> }
}

const parse = optionsFor<PowerIterationOptions>()('powerIteration', {
  numIters: withDefault(count, 100),
  errorTolerance: withDefault(nonNegative, 1e-6),
})

const parseFunction = options('powerIterationOf', { multiply: required(fn('a function of trees', '(v) => v')) })
