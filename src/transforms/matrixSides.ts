/** @internal */

import { axisLength } from '../tensors/axisLength.js'
import { identityMatrix, type Matrix } from '../linearAlgebra/Matrix.js'
import { sizeOf } from '../tree/sizeOf.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import type { SlotStart } from './leafwise.js'

/** A side of a matrix: 0 for its rows (a kernel's inputs), 1 for its columns (its outputs). */
export type Side = 0 | 1

/** The side of a place in a pair. */
export const sideOf = (i: number): Side => (i === 0 ? 0 : 1)

/** The matrix that a leaf is, `[all axes but the last, the last]`; `null` for vectors and numbers. */
export const matrixShape = (shape: readonly number[]): readonly [rows: number, columns: number] | null => {
  return shape.length < 2 ? null : [sizeOf(shape.slice(0, -1)), axisLength({ shape }, -1)]
}

/** The shape of a square factor for one side of a leaf that is a matrix; `null` where there is none, or the side is
 *  longer than `most`. */
export const sideShape =
  (side: Side, most: number) =>
  (shape: readonly number[]): readonly [number, number] | null => {
    const n = matrixShape(shape)?.[side]
    return n === undefined || n > most ? null : [n, n]
  }

/** x·xᵀ for the rows, xᵀ·x for the columns. */
export const gramOf = <L extends Leaf>(O: Axiswise<L>, x: L, side: Side): L => {
  const turned = O.transpose(x, [1, 0])
  return side === 0 ? O.matMul(x, turned) : O.matMul(turned, x)
}

/** Multiplies a side of a matrix by a square factor: f·x, or x·fᵀ; without one x itself. */
export const times = <L extends Leaf>(O: Axiswise<L>, factor: L | null | undefined, x: L, side: Side): L =>
  factor === null || factor === undefined
    ? x
    : side === 0
      ? O.matMul(factor, x)
      : O.matMul(x, O.transpose(factor, [1, 0]))

/** The same with the transposed factor: fᵀ·x, or x·f. */
export const timesTransposed = <L extends Leaf>(O: Axiswise<L>, factor: L | null | undefined, x: L, side: Side): L =>
  factor === null || factor === undefined
    ? x
    : side === 0
      ? O.matMul(O.transpose(factor, [1, 0]), x)
      : O.matMul(x, factor)

/** A matrix, read back from where it is. */
export const onHost = <L extends Leaf>(O: Axiswise<L>, x: L): Matrix => ({
  rows: axisLength(x, 0),
  columns: axisLength(x, 1),
  values: Float64Array.from(O.values(x)),
})

/** A matrix of the host as a leaf. */
export const asLeaf = <L extends Leaf>(O: Axiswise<L>, { rows, columns, values }: Matrix): L =>
  O.of(values, [rows, columns])

/** A square slot that begins as the identity. */
export const identityStart: SlotStart = (O, [n = 0]) => asLeaf(O, identityMatrix(n))
