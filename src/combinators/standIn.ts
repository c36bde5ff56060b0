import { buildTree } from '../tree/leaves.js'
import { type Skeleton, dtypeAt } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'

/** What stands for parameters where only structure, shapes and dtypes may be seen: values would make a choice depend on
 *  when it is made.
 *
 *  @internal */
export const standIn = (skeleton: Skeleton): Tree =>
  // Stand-ins are leaves to this library; whoever computes with one finds no tensor.
  buildTree(
    skeleton,
    skeleton.shapes.map((shape, i) => ({ shape, dtype: dtypeAt(skeleton, i) })),
  ) as Tree
