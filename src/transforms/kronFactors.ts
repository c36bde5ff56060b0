/** @internal */

// The factors of Kron: triangles, or diagonals, that whiten what they are fitted to.

import { matrixOf, transposed } from '../linearAlgebra/Matrix.js'
import { triangularSolve } from '../linearAlgebra/triangularSolve.js'
import { axisLength } from '../tensors/axisLength.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { asLeaf, gramOf, onHost, type Side, sideOf, times, timesTransposed } from './matrixSides.js'

/** A factor times one side of a matrix; a diagonal times its elements. */
const applied = <L extends Leaf>(O: Axiswise<L>, factor: L, x: L, side: Side, triangle: boolean, turned: boolean): L =>
  triangle ? (turned ? timesTransposed : times)(O, factor, x, side) : O.mul(x, factor)

/** A matrix, with each factor and its transpose on its side. */
export const whitened = <L extends Leaf>(
  O: Axiswise<L>,
  m: L,
  factors: readonly (L | null)[],
  triangles: readonly boolean[],
): L =>
  factors.reduce<L>((x, f, i) => {
    if (f === null) return x
    const [side, triangle] = [sideOf(i), triangles[i] === true]
    return applied(O, f, applied(O, f, x, side, triangle, false), side, triangle, true)
  }, m)

/** Both factors after one step of their fit. */
export const fitted = <L extends Leaf>(
  O: Axiswise<L>,
  m: L,
  factors: readonly (L | null)[],
  triangles: readonly boolean[],
  lr: number,
  draw: () => L,
): readonly (L | null)[] => {
  const a = factors.reduce<L>(
    (x, f, i) => (f === null ? x : applied(O, f, x, sideOf(i), triangles[i] === true, false)),
    m,
  )
  const b = factors.reduce<L>(
    (x, f, i) => (f === null ? x : triangles[i] === true ? solved(O, f, x, sideOf(i)) : O.div(x, f)),
    draw(),
  )
  return factors.map((f, i) => {
    if (f === null) return null
    const [side, triangle] = [sideOf(i), triangles[i] === true]
    const [ours, theirs] = [a, b].map((x) => (triangle ? gramOf(O, x, side) : squaresAlong(O, x, f, side))) as [L, L] // two
    const [gap, sum] = [O.sub(ours, theirs), O.add(ours, theirs)]
    if (!triangle) {
      const most = O.largest(
        sum,
        sum.shape.map((_, axis) => axis),
      )
      return O.sub(f, O.mul(O.mul(gap, f), O.div(O.filled(most.shape, lr), O.max(most, tiny))))
    }
    const n = axisLength(f, 0)
    const upper = asLeaf(
      O,
      matrixOf(n, n, (row, column) => (column < row ? 0 : 1)),
    )
    const size = O.max(spectralNormAbove(O, sum), tiny)
    return O.sub(f, O.matMul(O.mul(O.mul(gap, upper), O.div(O.filled(size.shape, lr), size)), f))
  })
}

const tiny = 1e-30

/** The squares of a matrix, summed over what a diagonal does not tell apart. */
const squaresAlong = <L extends Leaf>(O: Axiswise<L>, x: L, diagonal: L, side: Side): L =>
  O.reshape(O.sum(O.mul(x, x), x.shape.length === 2 ? [side === 0 ? 1 : 0] : []), diagonal.shape)

/** f⁻ᵀ·x, or x·f⁻¹, by the host: the triangle is read back, and x. */
const solved = <L extends Leaf>(O: Axiswise<L>, f: L, x: L, side: Side): L => {
  const lower = transposed(onHost(O, f))
  const given = onHost(O, x)
  return asLeaf(
    O,
    side === 0
      ? triangularSolve(lower, given, 'lower')
      : transposed(triangularSolve(lower, transposed(given), 'lower')),
  )
}

/** A lower bound of the largest eigenvalue of a symmetric matrix, from its longest column: on the device. */
const spectralNormAbove = <L extends Leaf>(O: Axiswise<L>, a: L): L => {
  const most = O.max(O.largest(O.abs(a), [0, 1]), tiny)
  const x = O.div(a, most)
  const lengths = O.sum(O.mul(x, x), [0])
  const longest = O.whereLess(lengths, O.largest(lengths, [1]), O.filled(lengths.shape, 0), 1)
  const column = O.matMul(x, O.matMul(x, O.transpose(longest, [1, 0])))
  const unit = O.div(column, O.max(O.norm(column, [0, 1]), tiny))
  return O.mul(O.norm(O.matMul(x, unit), [0, 1]), most)
}

/** Both factors, scaled so that their largest elements agree; their product stays. */
export const alike = <L extends Leaf>(O: Axiswise<L>, p: L, q: L): readonly L[] => {
  const [one, other] = [p, q].map((x) => O.max(O.largest(O.abs(x), [0, 1]), tiny)) as [L, L] // two
  const middle = O.sqrt(O.mul(one, other))
  return [O.mul(p, O.div(middle, one)), O.mul(q, O.div(middle, other))]
}
