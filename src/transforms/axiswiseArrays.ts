/** @internal */

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
    const shape = Array.from({ length: rank }, (_, axis) => padded.reduce((n, s) => (n === 1 ? (s[axis] ?? 1) : n), 1))
    const values = indices(shape).map((index) =>
      f(...leaves.map((leaf, k) => leaf.values[offset(padded[k] ?? [], index)] ?? Number.NaN)),
    )
    return arrayLeaf(values, shape)
  }

const fold =
  (f: (a: number, b: number) => number, start: number) =>
  (a: ArrayLeaf, axes: readonly number[]): ArrayLeaf => {
    const shape = a.shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
    const out = arrayLeaf(new Float64Array(shape.reduce((n, d) => n * d, 1)).fill(start), shape)
    indices(a.shape).forEach((index, i) => {
      const at = offset(shape, index)
      out.values[at] = f(out.values[at] ?? start, a.values[i] ?? Number.NaN)
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
  shape.reduce((at, n, axis) => at * n + (n === 1 ? 0 : (index[axis] ?? 0)), 0)

const two =
  (op: keyof typeof binary) =>
  (a: ArrayLeaf, b: Operand): ArrayLeaf =>
    zip((x = 0, y = 0) => binary[op](x, y))(a, b)

/** Rules along axes on the float64 arrays of the reference. */
export const axiswiseArrays: Axiswise<ArrayLeaf> = {
  copy: (a) => a,
  filled: (shape, value) => zip(() => value)(arrayLeaf(new Float64Array(shape.reduce((n, d) => n * d, 1)), shape)),
  add: two('add'),
  sub: two('sub'),
  mul: two('mul'),
  div: two('div'),
  max: two('max'),
  min: two('min'),
  sqrt: zip((x = 0) => Math.sqrt(x)),
  whereLess: zip((x = 0, y = 0, a = 0, b = 0) => (x < y ? a : b)),
  sum: fold((a, b) => a + b, 0),
  norm: (a, axes) => zip((sum = 0) => Math.sqrt(sum))(fold((sum, x) => sum + x * x, 0)(a, axes)),
  largest: fold(binary.max, Number.NEGATIVE_INFINITY),
  reshape: (a, shape) => arrayLeaf(a.values, shape),
  transpose: (a, order) => {
    const shape = order.map((axis) => a.shape[axis] ?? 1)
    return arrayLeaf(
      indices(shape).map((index) => {
        const from = a.shape.map((_, axis) => index[order.indexOf(axis)] ?? 0)
        return a.values[offset(a.shape, from)] ?? Number.NaN
      }),
      shape,
    )
  },
  matMul: (a, b) => {
    const [rows = 0, inner = 0] = a.shape
    const columns = b.shape[1] ?? 0
    const out = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < inner; k++) {
        const x = a.values[i * inner + k] ?? Number.NaN
        for (let j = 0; j < columns; j++)
          out[i * columns + j] = (out[i * columns + j] ?? 0) + x * (b.values[k * columns + j] ?? Number.NaN)
      }
    return arrayLeaf(out, [rows, columns])
  },
  values: ({ values }) => values,
  of: (values, shape) => arrayLeaf(values, shape),
  unstack: (a) => {
    const [n = 0, ...rest] = a.shape
    const size = a.values.length / Math.max(n, 1)
    return Array.from({ length: n }, (_, i) => arrayLeaf(a.values.slice(i * size, (i + 1) * size), rest))
  },
  stack: (parts) =>
    arrayLeaf(
      parts.flatMap(({ values }) => [...values]),
      [parts.length, ...(parts[0]?.shape ?? [])],
    ),
}
