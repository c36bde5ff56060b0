import * as tf from '@tensorflow/tfjs-core'
import { arrayLeaf, isArrayLeaf } from '../equation/reference.js'
import { must } from '../scalars/must.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** The sums of parameters and updates, tensors or the arrays of a reference; a leaf without an update is the parameter
 *  itself.
 *
 *  @internal */
export const paramsAfter = (params: unknown, updates: unknown): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const given = leavesOf<Leaf>(skeleton, updates, { where: 'updates', nullable: true, alike: true })
  return buildTree(
    skeleton,
    leavesOf<Leaf>(skeleton, params, { where: 'params', nullable: false, alike: true }).map((param, i) => {
      const update = given[i] ?? null
      return param === null || update === null ? param : sum(param, update)
    }),
  )
}

const sum = (param: Leaf, update: Leaf): Leaf =>
  isArrayLeaf(param) && isArrayLeaf(update)
    ? arrayLeaf(
        param.values.map((x, i) => x + must(update.values[i], 'element of an update')),
        param.shape,
      )
    : tf.add(param as tf.Tensor, update as tf.Tensor) // leaves that are no arrays are tensors
