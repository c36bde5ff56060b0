/** @internal */

import type { Leaf } from '../tree/Tree.js'

/** What rules that look along the axes of a leaf are written in: for them the algebra of equations, which only knows
 *  whole leaves, is too small. As there, a rule cannot look inside `L`, so tensors and the float64 arrays of the
 *  reference run the same term. Operands are broadcast as in NumPy. */
export interface Axiswise<L extends Leaf> {
  /** The same numbers, disposed on their own. */
  readonly copy: (a: L) => L
  readonly filled: (shape: readonly number[], value: number) => L
  readonly add: (a: L, b: L | number) => L
  readonly sub: (a: L, b: L | number) => L
  readonly mul: (a: L, b: L | number) => L
  readonly div: (a: L, b: L | number) => L
  readonly max: (a: L, b: L | number) => L
  readonly min: (a: L, b: L | number) => L
  readonly sqrt: (a: L) => L
  readonly abs: (a: L) => L
  /** `a` where x < y, else `b`. */
  readonly whereLess: (x: L | number, y: L, a: L, b: L | number) => L
  /** Over the given axes, which stay with length 1. */
  readonly sum: (a: L, axes: readonly number[]) => L
  /** √Σ a² over the given axes, which stay with length 1; right as `leafNorm` is. */
  readonly norm: (a: L, axes: readonly number[]) => L
  readonly largest: (a: L, axes: readonly number[]) => L
  readonly reshape: (a: L, shape: readonly number[]) => L
  /** The axes in another order. */
  readonly transpose: (a: L, order: readonly number[]) => L
  /** The product of two matrices. Transpose before: where a product can do that itself, it is slower (tfjs on wasm). */
  readonly matMul: (a: L, b: L) => L
  /** The parts along the first axis, which they lack. */
  readonly unstack: (a: L) => readonly L[]
  readonly stack: (parts: readonly L[]) => L
  /** The numbers on the host: read back from the device, so never in every step. */
  readonly values: (a: L) => ArrayLike<number>
  readonly of: (values: Float64Array, shape: readonly number[]) => L
}

/** The axes of a rank, without one of them. */
export const otherAxes = (rank: number, axis: number): readonly number[] =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis)
