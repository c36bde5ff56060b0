import { skeletonOf } from './Skeleton.js'
import type { TreeOf } from './Tree.js'

/** The paths of a tree's leaves, such as `dense/kernel`, in the tree's own order.
 *
 *  @throws `TreeMismatch` for hostile keys (`__proto__`, empty, `a//b`), and where two leaves have one path.
 *  @example pathsOf({ dense: { kernel, bias } }) // is `['dense/kernel', 'dense/bias']` */
export const pathsOf = <P>(tree: P & TreeOf<P>): readonly string[] => skeletonOf(tree, 'tree').paths
