/** @internal */

import { sizeOf } from '../tree/sizeOf.js'
import { must } from '../scalars/must.js'
import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { shapeAt, type Skeleton, skeletonOf } from '../tree/Skeleton.js'

/** The leaves of a tree end to end, in the order of their paths, so that the order of keys is of no account. Zeros
 *  where a leaf is `null`. Leaves of the parameters that are not float32, or have no elements, are not in it. */
export const flatVector = (params: unknown, tree: unknown, where: string): tf.Tensor1D => {
  const skeleton = skeletonOf(params, 'params')
  const leaves = leavesOf<tf.Tensor>(skeleton, tree, { where, nullable: true, alike: true })
  const parts = inVector(skeleton).map(({ i, size }) => {
    const leaf = leaves[i] ?? null
    // A shape of one axis makes a vector.
    return leaf === null ? tf.zeros<tf.Rank.R1>([size]) : tf.reshape<tf.Rank.R1>(leaf, [size])
  })
  return parts.length === 0 ? tf.zeros<tf.Rank.R1>([0]) : tf.concat1d(parts)
}

/** Where a vector holds leaves that are `null` in a tree: in all of it, nowhere, or told for each element. */
export const maskVector = (params: unknown, tree: unknown): tf.Tensor1D | 'all' | 'none' => {
  const skeleton = skeletonOf(params, 'params')
  const leaves = leavesOf<tf.Tensor>(skeleton, tree, { where: 'updates', nullable: true, alike: true })
  const parts = inVector(skeleton).map(({ i, size }) => ({ absent: (leaves[i] ?? null) === null, size }))
  if (parts.every(({ absent }) => absent)) return 'all'
  if (!parts.some(({ absent }) => absent)) return 'none'
  return tf.concat1d(parts.map(({ absent, size }) => tf.fill<tf.Rank.R1>([size], absent ? 1 : 0, 'bool')))
}

/** The tree whose leaves, end to end, are a vector. Elsewhere the leaves are those of `rest`, and there the tree is
 *  `null` where `rest` is. */
export const treeOf = (params: unknown, rest: unknown, vector: tf.Tensor1D): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const out = [...leavesOf<tf.Tensor>(skeleton, rest, { where: 'updates', nullable: true, alike: true })]
  let at = 0
  for (const { i, size } of inVector(skeleton)) {
    if (out[i] !== null) out[i] = tf.reshape(tf.slice1d(vector, at, size), [...shapeAt(skeleton, i)])
    at += size
  }
  return buildTree(skeleton, out)
}

/** The leaves that a vector holds, in its order. */
const inVector = ({ paths, shapes, dtypes }: Skeleton): readonly { readonly i: number; readonly size: number }[] =>
  paths
    .map((path, i) => ({ path, i, size: sizeOf(must(shapes[i], 'shape of a leaf')) }))
    .filter(({ i, size }) => size > 0 && dtypes[i] === 'float32')
    .sort((a, b) => (a.path < b.path ? -1 : 1))

/** The inner product, summed in two levels: one naive accumulator in float32 loses too much. */
export const dot = (a: tf.Tensor1D, b: tf.Tensor1D): tf.Scalar => {
  if (a.size === 0) return tf.scalar(0)
  if (a.size <= 64) return tf.sum(tf.mul(a, b))
  const side = Math.ceil(Math.sqrt(a.size))
  const products = tf.pad1d(tf.mul(a, b), [0, side * side - a.size])
  return tf.sum(tf.sum(tf.reshape(products, [side, side]), 1))
}

/** The length of a vector, whose squares may be too large or too small for float32. */
export const lengthOf = (a: tf.Tensor1D): tf.Scalar => {
  if (a.size === 0) return tf.scalar(0)
  const most = tf.max<tf.Scalar>(tf.abs(a))
  const shrunk = tf.div<tf.Tensor1D>(a, tf.where(tf.greater(most, 0), most, tf.scalar(1)))
  return tf.mul(most, tf.sqrt(dot(shrunk, shrunk)))
}
