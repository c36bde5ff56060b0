import * as tf from '@tensorflow/tfjs-core'
import { isLeaf, type Tree } from '../src/tree/Tree.js'
import { zipped } from './zipped.js'

/** A tensor as plain data: its shape, and its values in row-major order. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** A tree of parameters, gradients or updates as plain data: what arbitraries make and reports show. */
export type TreeSpec = Numbers | null | readonly TreeSpec[] | { readonly [key: string]: TreeSpec }

/** Whether a value stands for a tensor. */
export const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'values' in value &&
  Array.isArray(value.shape) &&
  Array.isArray(value.values)

/** A tree of float32 tensors, on the backend that is set. Containers are frozen: laws feed what nobody may write to. */
export const tensorsFrom = (spec: TreeSpec): Tree => {
  if (spec === null) return null
  // from a typed array tfjs need not find out a shape
  if (isNumbers(spec)) return tf.tensor(Float32Array.from(spec.values), [...spec.shape], 'float32')
  if (isList(spec)) return Object.freeze(spec.map(tensorsFrom))
  return Object.freeze(Object.fromEntries(Object.entries(spec).map(([key, child]) => [key, tensorsFrom(child)])))
}

/** Any value made of records, lists and plain numbers with its tensors read back: a state, a pair, a whole step. */
export const numbersFrom = (value: unknown): unknown => {
  // on a backend every leaf is a tensor
  if (isLeaf(value)) return { shape: [...value.shape], values: Array.from((value as tf.Tensor).dataSync()) }
  if (Array.isArray(value)) return value.map(numbersFrom)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, numbersFrom(child)]))
}

/** The tree with another `Numbers` in the place of each. */
export const mapNumbers =
  (f: (leaf: Numbers) => Numbers | null) =>
  (spec: TreeSpec): TreeSpec =>
    spec === null
      ? null
      : isNumbers(spec)
        ? f(spec)
        : isList(spec)
          ? spec.map(mapNumbers(f))
          : Object.fromEntries(Object.entries(spec).map(([key, child]) => [key, mapNumbers(f)(child)]))

/** Two trees of one form, element by element; where one has no leaf there is none.
 *
 *  @throws `Apart` where a leaf has not as many numbers as the other: a law that zips them does not hold.
 *  @example zipNumbers((a, b) => a + b)({ shape: [2], values: [1, 2] }, { shape: [2], values: [3, 4] }) */
export const zipNumbers =
  (f: (a: number, b: number) => number) =>
  (a: TreeSpec, b: TreeSpec): TreeSpec => {
    if (a === null || b === null) return null
    if (isNumbers(a)) {
      return { shape: a.shape, values: zipped(a.values, isNumbers(b) ? b.values : [], f) } // a branch has no numbers
    }
    const other: { readonly [key: string]: TreeSpec } = Object.fromEntries(Object.entries(b))
    const children = Object.entries(a).map(([key, child]: [string, TreeSpec]): readonly [string, TreeSpec] => [
      key,
      zipNumbers(f)(child, Object.hasOwn(other, key) ? (other[key] ?? null) : null),
    ])
    return isList(a) ? children.map(([, child]) => child) : Object.fromEntries(children)
  }

/** Everything that stands for a tensor in a tree, in its order. */
export const numbersIn = (spec: TreeSpec): readonly Numbers[] =>
  spec === null ? [] : isNumbers(spec) ? [spec] : Object.values(spec).flatMap((child: TreeSpec) => numbersIn(child))

const isList = (spec: TreeSpec): spec is readonly TreeSpec[] => Array.isArray(spec)

/** Runs `f` and disposes every tensor that it makes; its result must be plain data.
 *
 *  @example tidily(() => numbersFrom(tx.init(tensorsFrom(spec)))) */
export const tidily = <A>(f: () => A): A => {
  let result: { readonly value: A } | undefined
  tf.tidy(() => {
    result = { value: f() }
    return []
  })
  if (result === undefined) throw new TypeError('tf.tidy did not run its function')
  return result.value
}
