import * as tf from '@tensorflow/tfjs-core'

/** Numbers as they stand in a file: those that JSON has no word for are strings. */
export type Written = number | boolean | 'NaN' | 'Infinity' | '-Infinity' | readonly Written[]

/** What is written, as one list of numbers. */
export const numbersIn = (x: Written): readonly number[] =>
  typeof x === 'object' ? x.flatMap(numbersIn) : [typeof x === 'boolean' ? Number(x) : Number(x)]

const shapeIn = (x: Written): number[] => (typeof x === 'object' ? [x.length, ...shapeIn(x[0] ?? 0)] : [])

const first = (x: Written): unknown => (typeof x === 'object' ? first(x[0] ?? 0) : x)

/** A tensor of what is written. */
export const tensorOf = (x: Written, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor =>
  tf.tensor([...numbersIn(x)], shapeIn(x), typeof first(x) === 'boolean' ? 'bool' : dtype)

/** A tree of numbers, or a bare array. */
export type WrittenTree = Written | { readonly [key: string]: WrittenTree }

const isArray = (x: WrittenTree): x is Written => typeof x !== 'object' || Array.isArray(x)

/** A tree of tensors of what is written. */
export const treeOf = (x: WrittenTree): unknown =>
  isArray(x) ? tensorOf(x) : Object.fromEntries(Object.entries(x).map(([key, child]) => [key, treeOf(child)]))

/** All numbers of a tree, its keys in order: files may have them in another. */
export const sortedNumbers = (x: WrittenTree): readonly number[] =>
  isArray(x)
    ? numbersIn(x)
    : Object.entries(x)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, child]) => sortedNumbers(child))

/** The same of a tree of tensors. */
export const sortedValues = (x: unknown): readonly number[] =>
  x instanceof tf.Tensor
    ? [...x.dataSync()]
    : Object.entries(x ?? {})
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, child]) => sortedValues(child))

/** The largest difference where both are finite, ∞ where what is not finite differs. What is NaN in the file is to be
 *  finite here. */
export const apart = (found: readonly number[], wanted: readonly number[]): number =>
  found.length === wanted.length
    ? Math.max(
        0,
        ...wanted.map((x, i) => {
          const y = found[i] ?? Number.NaN
          if (Number.isNaN(x)) return Number.isFinite(y) ? 0 : Number.POSITIVE_INFINITY
          return x === y ? 0 : Number.isNaN(y) ? Number.POSITIVE_INFINITY : Math.abs(x - y)
        }),
      )
    : Number.POSITIVE_INFINITY

/** The largest of what is finite. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0)
