/** @internal */

import { axisLength } from '../tensors/axisLength.js'
import { must } from '../scalars/must.js'
import type * as tf from '@tensorflow/tfjs-core'
import { tidied } from '../tensors/tidied.js'
import { sizeOf } from '../tree/sizeOf.js'
import { buildTree } from '../tree/leaves.js'
import { ownLeaves } from '../tree/ownLeaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { atMost } from './inProportion.js'
import { axiswiseTensors } from './axiswiseTensors.js'

/** The leaves of gradients of single examples, and the way back to a tree. */
export const examplesOf = (
  where: string,
  grads: unknown,
): {
  readonly leaves: readonly tf.Tensor[]
  readonly build: (leaves: readonly tf.Tensor[]) => unknown
} => {
  const { skeleton, leaves } = ownLeaves<tf.Tensor>(grads, 'grads')
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
  const O = axiswiseTensors
  const pairs = groups.map((group, k) =>
    tidied(() => {
      const rows = group.map((leaf) => O.reshape(leaf, [axisLength(leaf, 0), sizeOf(leaf.shape.slice(1))]))
      const { sums, clipped } = clippedRows(O, rows, must(bounds[k], 'bound of a group'))
      return [
        ...sums.map((sum, i) => O.reshape(sum, must(group[i], 'leaf of a group').shape.slice(1))),
        O.reshape(clipped, []),
      ]
    }),
  )
  return [pairs.flatMap((pair) => pair.slice(0, -1)), pairs.flatMap((pair) => pair.slice(-1))]
}

/** The sums of the rows of matrices, each example scaled down to a norm over all of them; and how many were. */
export const clippedRows = <L extends Leaf>(
  O: Axiswise<L>,
  matrices: readonly L[],
  bound: number,
): { readonly sums: readonly L[]; readonly clipped: L } => {
  const examples = matrices[0]?.shape[0] ?? 0 // no leaves, no examples
  // A reduction never sees a tensor without elements: backends disagree about it.
  const empty = (rows: L): L => O.filled([1, axisLength(rows, 1)], 0)
  if (examples === 0) return { sums: matrices.map(empty), clipped: O.filled([1, 1], 0) }
  const full = matrices.filter(({ shape }) => shape[1] !== 0)
  const norms =
    full.length === 0
      ? O.filled([examples, 1], 0)
      : O.reshape(O.norm(O.stack(full.map((rows) => O.norm(rows, [1]))), [0]), [examples, 1])
  const clip = atMost(O, O.filled(norms.shape, bound), norms)
  return {
    sums: matrices.map((rows) => (rows.shape[1] === 0 ? empty(rows) : O.sum(clip(rows), [0]))),
    clipped: O.sum(O.whereLess(bound, norms, O.filled(norms.shape, 1), 0), [0]),
  }
}
