import { skeletonOf } from './Skeleton.js'
import type { Tree } from './Tree.js'

/** The paths of a tree's leaves, such as `dense/kernel`, in the tree's own order.
 *
 *  Throws   `TreeMismatch` for hostile keys (`__proto__`, empty, containing `/`).
 *  Example  `pathsOf({ dense: { kernel, bias } })` is `['dense/kernel', 'dense/bias']` */
export const pathsOf = (tree: Tree): readonly string[] => skeletonOf(tree, 'tree').paths
