import * as tf from '@tensorflow/tfjs-core'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import { reference } from '../../../src/transformation/reference.js'
import { step } from '../../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { isLeaf, type Tree } from '../../../src/tree/Tree.js'
import { flatNumbers, mapNumbers, ofScale, shapeOf, type Nested, type Numbers } from './optaxCases.js'

/** How trees of numbers become trees of leaves, and are read again. */
export interface Exchange {
  readonly write: (numbers: Numbers) => Tree
  readonly read: (tree: unknown) => Numbers
}

/** A run of somebody else's optimizer in float64. */
export interface OracleRun {
  readonly title: string
  readonly tx: () => AnyTransformation
  readonly params: Numbers
  /** The gradients of a step at parameters. */
  readonly grads: (step: number, params: Numbers) => Numbers
  /** What else a step is told. */
  readonly extra?: (step: number, exchange: Exchange) => object
  /** The parameters after each step. */
  readonly trajectory: readonly Numbers[]
  /** The largest error of scale by the float64 reference; `null` where a part computes with tensors only. */
  readonly exact: number | null
  /** The largest error of scale in float32. */
  readonly rounded: number
}

/** The leaves of a tree by path: trees are joined by name, whichever order they stand in. */
const byName = (tree: Numbers | Nested, path = ''): readonly (readonly [path: string, numbers: readonly number[]])[] =>
  typeof tree === 'number' || Array.isArray(tree)
    ? [[path, flatNumbers(tree as Nested)]] // a nested array
    : Object.entries(tree)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        // a record of leaves and records
        .flatMap(([key, child]) => byName(child, `${path}/${key}`))

const errorOf = (found: Numbers, wanted: Numbers): number => {
  const [ours, theirs] = [byName(found), byName(wanted)]
  if (ours.map(([path]) => path).join() !== theirs.map(([path]) => path).join()) return Number.NaN
  return ofScale(
    ours.flatMap(([, numbers]) => numbers),
    theirs.flatMap(([, numbers]) => numbers),
  )
}

const nested = (values: readonly number[], [n, ...rest]: readonly number[]): Nested => {
  if (n === undefined) return values[0] ?? Number.NaN
  const size = values.length / n
  return Array.from({ length: n }, (_, i) => nested(values.slice(i * size, (i + 1) * size), rest))
}

const readTree =
  (valuesOf: (leaf: never) => ArrayLike<number>) =>
  (tree: unknown): Numbers =>
    // records of leaves, one of which is no record
    (isLeaf(tree)
      ? nested(Array.from(valuesOf(tree as never)), tree.shape)
      : Object.fromEntries(
          Object.entries(tree as object).map(([key, child]) => [key, readTree(valuesOf)(child)]),
        )) as Numbers

const arrays: Exchange = {
  // the reference's leaves stand for tensors
  write: mapNumbers((values: Nested) => arrayLeaf(flatNumbers(values), shapeOf(values))) as (numbers: Numbers) => Tree,
  read: readTree(({ values }: ArrayLeaf) => values),
}

const tensors: Exchange = {
  // nested records of tensors
  write: mapNumbers((values: Nested) => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')) as (
    numbers: Numbers,
  ) => Tree,
  read: readTree((tensor: tf.Tensor) => tensor.dataSync()),
}

/** The largest error of each watched step by the float64 reference. */
export const exactErrors = (run: OracleRun): readonly number[] => {
  const exact = reference(run.tx(), 'float64')
  const params = arrays.write(run.params)
  let now = { params: params as unknown, state: exact.init(params) }
  return run.trajectory.map((wanted, i) => {
    const grads = arrays.write(run.grads(i, arrays.read(now.params)))
    now = { ...exact.step(grads, now.state, now.params, run.extra?.(i, arrays)) }
    return errorOf(arrays.read(now.params), wanted)
  })
}

/** The largest error of each watched step on the backend that is set. Everything that was made is disposed. */
export const roundedErrors = (run: OracleRun, watched: (step: number) => boolean): readonly number[] => {
  const tx = run.tx() as Transformation<Opaque> // what it needs is handed to it
  const params = tensors.write(run.params)
  let now = { params, state: tx.init(params) }
  const errors = run.trajectory.flatMap((wanted, i) => {
    const grads = tensors.write(run.grads(i, tensors.read(now.params)))
    const extra = run.extra?.(i, tensors) ?? {}
    const next = step(tx)(grads, now.state, now.params, extra)
    disposeExcept([now, grads], next)
    now = next
    return watched(i) ? [errorOf(tensors.read(now.params), wanted)] : []
  })
  disposeExcept(now, [])
  return errors
}
