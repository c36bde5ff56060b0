import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'

/** The tensors of a tree by their paths, as tfjs names them.
 *
 *  ```text
 *  toNamed({ dense: { kernel: w, bias: b } }) = { 'dense/kernel': w, 'dense/bias': b }
 *  ```
 *
 *  @shapes the tensors are the very same, in the order of the tree; `null` has no name.
 *  @throws `TreeMismatch` for hostile keys and for what is no tree; `TypeError` for a lone tensor, which has no path.
 *  @laws `fromNamed(toNamed(tree))` is `tree`, where it is made of records, nested as far as it goes.
 *  @example toNamed({ dense: { bias: tf.zeros([3]) } })['dense/bias'] */
export const toNamed = <P>(tree: P & TreeOf<P>): NamedTensorMap => {
  const skeleton = skeletonOf(tree, 'tree')
  if (typeof skeleton.frame === 'number')
    throw new TypeError('toNamed: a lone tensor has no name. Pass a tree, e.g. { w: tensor }.')
  const leaves = leavesOf<Tensor>(skeleton, tree, { where: 'tree', nullable: false, alike: true })
  const named: NamedTensorMap = {}
  leaves.forEach((leaf, i) => {
    const path = skeleton.paths[i]
    if (leaf !== null && path !== undefined) named[path] = leaf
  })
  return named
}
