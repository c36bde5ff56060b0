import { type ChoiceTree, choicesOf } from '../combinators/choiceTree.js'
import { standIn } from '../combinators/standIn.js'
import { rememberedOne } from '../equation/Program.js'
import { sizeOf } from '../tree/sizeOf.js'
import { axisLength } from '../tensors/axisLength.js'
import { type Skeleton, pathAt, shapeAt } from '../tree/Skeleton.js'
import type { Leaf, Tree } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import type { Axiswise } from './Axiswise.js'

/** Which axes of a leaf are the rows of a matrix, and which the columns; any others are a batch of matrices. Negative
 *  ones count from the end. */
export interface MatrixDimensions {
  /** What is summed over when the leaf multiplies an input: 0 of a kernel `[in, out]`. */
  readonly reductionAxis: number | readonly number[]
  /** What is left then: 1 of a kernel `[in, out]`. */
  readonly outputAxis: number | readonly number[]
}

/** The matrix in each leaf, or `null` where there is none: a tree like the parameters (a prefix is enough), or a function
 *  of the parameters to one. */
export type MatrixDimensionsLike =
  ChoiceTree<MatrixDimensions | null> | ((params: Tree) => ChoiceTree<MatrixDimensions | null>)

/** The axes of one leaf, in order.
 *
 *  @internal */
export interface MatrixAxes {
  readonly batch: readonly number[]
  readonly rows: readonly number[]
  readonly columns: readonly number[]
}

/** For each leaf of a skeleton the axes of its matrices, `null` where it has none. Without a choice, leaves of two axes
 *  are `[in, out]`.
 *
 *  @internal */
export const matrixAxes = (name: string, given: MatrixDimensionsLike | undefined) =>
  rememberedOne((skeleton: Skeleton): readonly (MatrixAxes | null)[] => {
    const chosen =
      given === undefined
        ? skeleton.shapes.map(({ length }) => (length === 2 ? kernel : null))
        : choicesOf(
            {
              where: `the matrices of ${name}`,
              is: (value): value is MatrixDimensions | null =>
                value === null || (typeof value === 'object' && 'reductionAxis' in value && 'outputAxis' in value),
              words: '{ reductionAxis, outputAxis } or null',
              hint: 'Matrices are told by a tree like the parameters, such as { dense: { reductionAxis: 0, outputAxis: 1 }, bias: null }.',
            },
            skeleton,
            typeof given === 'function' ? given(standIn(skeleton)) : given,
          )
    return chosen.map((one, leaf) => (one === null ? null : axesOf(name, one, skeleton, leaf)))
  })

const kernel: MatrixDimensions = { reductionAxis: 0, outputAxis: 1 }

const axesOf = (
  name: string,
  { reductionAxis, outputAxis }: MatrixDimensions,
  skeleton: Skeleton,
  leaf: number,
): MatrixAxes => {
  const shape = shapeAt(skeleton, leaf)
  const list = (axes: number | readonly number[]): readonly number[] =>
    (typeof axes === 'number' ? [axes] : axes).map((axis) => (axis < 0 ? axis + shape.length : axis))
  const [rows, columns] = [list(reductionAxis), list(outputAxis)]
  const all = [...rows, ...columns]
  if (
    new Set(all).size !== all.length ||
    rows.length * columns.length === 0 ||
    all.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= shape.length)
  )
    throw new TreeMismatch({
      where: `the matrices of ${name}`,
      path: pathAt(skeleton, leaf),
      expected: `different axes of the shape [${shape.join(', ')}]`,
      found: `reductionAxis ${JSON.stringify(reductionAxis)}, outputAxis ${JSON.stringify(outputAxis)}`,
      hint: 'Axes count from 0, or from the end where they are negative; rows and columns share none.',
    })
  return { rows, columns, batch: shape.map((_, axis) => axis).filter((axis) => !all.includes(axis)) }
}

/** The length of rows and columns: fan-in and fan-out.
 *
 *  @internal */
export const fansOf = (shape: readonly number[], { rows, columns }: MatrixAxes) => {
  const size = (axes: readonly number[]) => sizeOf(axes.map((axis) => axisLength({ shape }, axis)))
  return { fanIn: size(rows), fanOut: size(columns) }
}

/** A leaf without a batch as its matrix `[rows, columns]`.
 *
 *  @internal */
export const asMatrix = <L extends Leaf>(O: Axiswise<L>, leaf: L, axes: MatrixAxes): L => {
  const { fanIn, fanOut } = fansOf(leaf.shape, axes)
  return O.reshape(O.transpose(leaf, [...axes.rows, ...axes.columns]), [fanIn, fanOut])
}

/** The leaf of a shape whose matrix this is.
 *
 *  @internal */
export const fromMatrix = <L extends Leaf>(
  O: Axiswise<L>,
  matrix: L,
  shape: readonly number[],
  { rows, columns }: MatrixAxes,
): L => {
  const order = [...rows, ...columns]
  const back = shape.map((_, axis) => order.indexOf(axis))
  return O.transpose(
    O.reshape(
      matrix,
      order.map((axis) => axisLength({ shape }, axis)),
    ),
    back,
  )
}

/** Applies a function to each matrix `[rows, columns]` of a leaf: results of the same shape, put back where they were.
 *
 *  @internal */
export const eachMatrix = <L extends Leaf>(O: Axiswise<L>, leaf: L, axes: MatrixAxes, f: (matrix: L) => L): L => {
  const { batch, rows, columns } = axes
  const { fanIn, fanOut } = fansOf(leaf.shape, axes)
  // Mostly a leaf is its matrix.
  if (leaf.shape.length === 2 && rows.includes(0)) return f(leaf)
  const order = [...batch, ...rows, ...columns]
  const lengths = order.map((axis) => axisLength(leaf, axis))
  const count = sizeOf(batch.map((axis) => axisLength(leaf, axis)))
  const stacked = O.reshape(O.transpose(leaf, order), [count, fanIn, fanOut])
  const back = leaf.shape.map((_, axis) => order.indexOf(axis))
  return O.transpose(O.reshape(O.stack(O.unstack(stacked).map(f)), lengths), back)
}
