/** @internal */

import { must } from '../scalars/must.js'
import { axisLength } from '../tensors/axisLength.js'
import { sizeOf } from '../tree/sizeOf.js'
import { binary } from '../equation/operations.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import type { Axiswise } from './Axiswise.js'

type Operand = ArrayLeaf | number

const zip =
  (f: (...x: readonly number[]) => number) =>
  (...operands: readonly Operand[]): ArrayLeaf => {
    const leaves = operands.map((x) => (typeof x === 'number' ? arrayLeaf([x], []) : x))
    const rank = Math.max(...leaves.map(({ shape }) => shape.length))
    const padded = leaves.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape])
    const shape = Array.from({ length: rank }, (_, axis) =>
      padded.reduce((n, s) => (n === 1 ? must(s[axis], 'length of an axis') : n), 1),
    )
    const values = indices(shape).map((index) =>
      f(...leaves.map((leaf, k) => elementAt(leaf, must(padded[k], 'padded shape'), index))),
    )
    return arrayLeaf(values, shape)
  }

const fold =
  (f: (a: number, b: number) => number, start: number) =>
  (a: ArrayLeaf, axes: readonly number[]): ArrayLeaf => {
    const shape = a.shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
    const out = arrayLeaf(new Float64Array(sizeOf(shape)).fill(start), shape)
    indices(a.shape).forEach((index, i) => {
      const at = offset(shape, index)
      out.values[at] = f(must(out.values[at], 'place for a sum'), must(a.values[i], 'element'))
    })
    return out
  }

/** The multi-indices of a shape, in row-major order. */
const indices = (shape: readonly number[]): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  )

/** Where an element lies; axes of length 1 are broadcast. */
const offset = (shape: readonly number[], index: readonly number[]): number =>
  shape.reduce((at, n, axis) => at * n + (n === 1 ? 0 : must(index[axis], 'index along an axis')), 0)

/** The element at an index, in the layout of a shape. */
const elementAt = ({ values }: ArrayLeaf, shape: readonly number[], index: readonly number[]): number =>
  must(values[offset(shape, index)], 'element')

const two =
  (op: keyof typeof binary) =>
  (a: ArrayLeaf, b: Operand): ArrayLeaf =>
    zip((x: number, y: number) => binary[op](x, y))(a, b)

/** Rules along axes on the float64 arrays of the reference. */
export const axiswiseArrays: Axiswise<ArrayLeaf> = {
  copy: (a) => a,
  filled: (shape, value) => arrayLeaf(new Float64Array(sizeOf(shape)).fill(value), shape),
  add: two('add'),
  sub: two('sub'),
  mul: two('mul'),
  div: two('div'),
  max: two('max'),
  min: two('min'),
  sqrt: zip((x: number) => Math.sqrt(x)),
  abs: zip((x: number) => Math.abs(x)),
  whereLess: zip((x: number, y: number, a: number, b: number) => (x < y ? a : b)),
  sum: fold((a, b) => a + b, 0),
  norm: (a, axes) => zip((sum: number) => Math.sqrt(sum))(fold((sum, x) => sum + x * x, 0)(a, axes)),
  largest: fold(binary.max, Number.NEGATIVE_INFINITY),
  reshape: (a, shape) => arrayLeaf(a.values, shape),
  transpose: (a, order) => {
    const shape = order.map((axis) => must(a.shape[axis], 'length of an axis'))
    return arrayLeaf(
      indices(shape).map((index) => {
        const from = a.shape.map((_, axis) => must(index[order.indexOf(axis)], 'index along an axis'))
        return elementAt(a, a.shape, from)
      }),
      shape,
    )
  },
  matMul: (a, b) => {
    const [rows, inner, columns] = [axisLength(a, 0), axisLength(a, 1), axisLength(b, 1)]
    const out = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < inner; k++) {
        const x = must(a.values[i * inner + k], 'element')
        for (let j = 0; j < columns; j++)
          out[i * columns + j] =
            must(out[i * columns + j], 'place for a sum') + x * must(b.values[k * columns + j], 'element')
      }
    return arrayLeaf(out, [rows, columns])
  },
  values: ({ values }) => values,
  of: (values, shape) => arrayLeaf(values, shape),
  unstack: (a) => {
    const [n, ...rest] = [axisLength(a, 0), ...a.shape.slice(1)] as const
    const size = sizeOf(rest)
    return Array.from({ length: n }, (_, i) => arrayLeaf(a.values.slice(i * size, (i + 1) * size), rest))
  },
  stack: (parts) =>
    arrayLeaf(
      parts.flatMap(({ values }) => [...values]),
      [parts.length, ...must(parts[0], 'part of a stack').shape],
    ),
}
