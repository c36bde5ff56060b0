/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../equation/interpret.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { leafSum } from '../tree/leafSum.js'
import { rootOfSquares } from '../tree/rootOfSquares.js'
import { skeletonOf } from '../tree/Skeleton.js'

/** The leaves of gradients of single examples, and the way back to a tree. */
export const examplesOf = (
  where: string,
  grads: unknown,
): {
  readonly leaves: readonly tf.Tensor[]
  readonly build: (leaves: readonly tf.Tensor[]) => unknown
} => {
  const skeleton = skeletonOf(grads, 'grads')
  const leaves = leavesOf<tf.Tensor>(skeleton, grads, { where: 'grads', nullable: false, alike: true }).filter(
    (leaf) => leaf !== null,
  )
  const examples = leaves[0]?.shape[0]
  leaves.forEach(({ shape }, i) => {
    if (shape[0] !== examples || examples === undefined)
      throw new TypeError(
        `${where}: ${skeleton.paths[i]} has the shape [${shape.join(', ')}], expected ${examples ?? 'the examples'} on the first axis. Pass one gradient for each example, stacked.`,
      )
  })
  return { leaves, build: (made) => buildTree(skeleton, made) }
}

/** For groups of leaves that share a norm: the sums over examples, in order, and how many examples of each group were
 *  scaled down. */
export const clippedSums = (
  groups: readonly (readonly tf.Tensor[])[],
  bounds: readonly number[],
): readonly [sums: readonly tf.Tensor[], counts: readonly tf.Tensor[]] => {
  const pairs = groups.map((group, k) =>
    tf.tidy(() => {
      const flat = group.map((leaf) => tf.reshape(leaf, [leaf.shape[0] ?? 1, sizeOf(leaf.shape.slice(1))]))
      // A reduction never sees a tensor without elements: backends disagree about it.
      const norms = rootOfSquares((square) =>
        flat.reduce<tf.Tensor>(
          (sum, rows) =>
            tf.add(sum, rows.size === 0 ? tf.zeros([rows.shape[0] ?? 0, 1]) : tf.sum(square(rows), 1, true)),
          tf.scalar(0),
        ),
      )
      const bound = bounds[k] ?? 0
      // Not min(1, C/n): at 0/0 backends differ.
      const factors = tf.where(tf.lessEqual(norms, bound), tf.onesLike(norms), tf.div(bound, norms))
      const sums = flat.map((rows, i) => {
        const shape = group[i]?.shape.slice(1) ?? []
        return rows.size === 0 ? tf.zeros(shape) : tf.reshape(tf.sum(tf.mul(rows, factors), 0), shape)
      })
      return [...sums, leafSum(tf.cast(tf.less(factors, 1), 'float32'))]
    }),
  )
  return [pairs.flatMap((pair) => pair.slice(0, -1)), pairs.flatMap((pair) => pair.slice(-1))]
}
