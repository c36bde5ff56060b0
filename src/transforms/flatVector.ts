/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'

/** The leaves of a tree end to end, in the order of their paths, so that the order of keys is of no account. */
export const flatVector = (params: unknown, tree: unknown, where: string): tf.Tensor1D => {
  const skeleton = skeletonOf(params, 'params')
  const present = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: true, alike: true })
  const leaves = leavesOf<tf.Tensor>(skeleton, tree, { where, nullable: true, alike: true })
  const parts = byPath(skeleton).flatMap((i) => {
    const size = present[i]?.size
    // Where there is no gradient it is zero; what a mask hides is not there at all. A shape of one axis makes a vector.
    return size === undefined ? [] : [tf.reshape<tf.Rank.R1>(leaves[i] ?? tf.zeros([size]), [size])]
  })
  return parts.length === 0 ? tf.zeros([0]) : tf.concat1d(parts)
}

/** The tree whose leaves, end to end, are a vector; `null` where the given tree has it. */
export const treeOf = (params: unknown, tree: unknown, vector: tf.Tensor1D): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const present = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: true, alike: true })
  const given = leavesOf<tf.Tensor>(skeleton, tree, { where: 'updates', nullable: true, alike: true })
  const out = new Array<tf.Tensor | null>(skeleton.paths.length).fill(null)
  let at = 0
  for (const i of byPath(skeleton)) {
    const leaf = present[i]
    if (leaf === null || leaf === undefined) continue
    if (given[i] !== null) out[i] = tf.reshape(tf.slice1d(vector, at, leaf.size), leaf.shape)
    at += leaf.size
  }
  return buildTree(skeleton, out)
}

const byPath = ({ paths }: Skeleton): readonly number[] =>
  paths
    .map((path, i) => ({ path, i }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ i }) => i)

/** The inner product, summed in two levels: one naive accumulator in float32 loses too much. */
export const dot = (a: tf.Tensor1D, b: tf.Tensor1D): tf.Scalar => {
  if (a.size === 0) return tf.scalar(0)
  const side = Math.ceil(Math.sqrt(a.size))
  const products = tf.pad1d(tf.mul(a, b), [0, side * side - a.size])
  return tf.sum(tf.sum(tf.reshape(products, [side, side]), 1))
}
