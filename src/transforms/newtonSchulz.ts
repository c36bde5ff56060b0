import { must } from '../scalars/must.js'
import { axisLength } from '../tensors/axisLength.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'

/** The coefficients of one iteration: x ← a·x + (b·A + c·A²)·x, A = x·xᵀ. */
export type Quintic = readonly [a: number, b: number, c: number]

/** What is done to a matrix before the iterations, so that none of its singular values is much above 1. */
export type Preconditioning = 'frobenius' | 'spectral' | 'aol' | 'schatten'

/** Turns a matrix into the nearest one with orthogonal rows or columns, nearly: singular values near 1, the vectors kept.
 *  A zero matrix stays zero.
 *
 *  @internal */
export const orthogonalized = <L extends Leaf>(
  O: Axiswise<L>,
  given: L,
  coefficients: readonly Quintic[],
  preconditioning: Preconditioning,
  eps: number,
): L => {
  const turned = axisLength(given, 0) > axisLength(given, 1)
  const x = turned ? O.transpose(given, [1, 0]) : given
  const done = iterated(O, x, coefficients, preconditioning, eps)
  return turned ? O.transpose(done, [1, 0]) : done
}

const iterated = <L extends Leaf>(
  O: Axiswise<L>,
  x: L,
  coefficients: readonly Quintic[],
  preconditioning: Preconditioning,
  eps: number,
): L => {
  const first = must(coefficients[0], 'coefficients of the first iteration')
  const begun =
    preconditioning === 'frobenius'
      ? iteration(O, over(O, x, O.norm(x, [0, 1]), eps), first)
      : preconditioning === 'spectral'
        ? iteration(O, over(O, x, largestSingularValue(O, x), eps), first)
        : scaled(O, x, preconditioning, eps, first)
  return coefficients.slice(1).reduce((now, one) => iteration(O, now, one), begun)
}

const gram = <L extends Leaf>(O: Axiswise<L>, x: L): L => O.matMul(x, O.transpose(x, [1, 0]))

const iteration = <L extends Leaf>(O: Axiswise<L>, x: L, coefficients: Quintic): L =>
  quintic(O, x, gram(O, x), coefficients)

const quintic = <L extends Leaf>(O: Axiswise<L>, x: L, A: L, [a, b, c]: Quintic): L =>
  O.add(O.mul(x, a), O.matMul(O.add(O.mul(A, b), O.mul(O.matMul(A, A), c)), x))

/** x over a length; a length of 0 leaves the zeros that it is of. */
const over = <L extends Leaf>(O: Axiswise<L>, x: L, length: L, eps: number): L => {
  const divisor = O.add(length, eps)
  return O.div(x, O.whereLess(0, divisor, divisor, 1))
}

/** The first iteration with a scale for each row (`aol`) or one by the Schatten-4 norm: both come of the product that
 *  it takes anyway. */
const scaled = <L extends Leaf>(
  O: Axiswise<L>,
  x: L,
  preconditioning: 'aol' | 'schatten',
  eps: number,
  coefficients: Quintic,
): L => {
  const A = gram(O, x)
  const sizes = preconditioning === 'aol' ? O.sum(O.max(A, O.mul(A, -1)), [1]) : O.norm(A, [0, 1])
  const s = O.div(O.filled(sizes.shape, 1), O.sqrt(O.max(sizes, eps)))
  return quintic(O, O.mul(x, s), O.mul(O.mul(A, s), O.transpose(s, [1, 0])), coefficients)
}

/** By squaring x·xᵀ until its largest eigenvalue alone is left: nothing is read back. Between ties it is right to 1e-8. */
const largestSingularValue = <L extends Leaf>(O: Axiswise<L>, x: L): L => {
  const A = gram(O, x)
  const unit = (m: L): L => over(O, m, O.norm(m, [0, 1]), 0)
  const start = unit(A)
  const power = Array.from({ length: squarings }).reduce<L>((p) => unit(O.matMul(p, p)), start)
  // ⟨P², A⟩: the mean of eigenvalues, weighted by the squares of their powers, whose sum is 1
  const mean = O.sum(O.mul(O.matMul(power, power), start), [0, 1])
  return O.sqrt(O.mul(mean, O.norm(A, [0, 1])))
}

const squarings = 24
