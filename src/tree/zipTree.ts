import { checkFunction } from '../scalars/checkFunction.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from './leaves.js'
import { skeletonOf, pathAt } from './Skeleton.js'
import type { Leaves, TreeOf } from './Tree.js'

/** Joins two trees by path and combines their leaves; a `null` of the second tree stays `null`.
 *
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  @laws Renaming and permuting keys on both sides commutes with `zipTree`.
 *  @example zipTree((p, g) => tf.sub(p, g))(params, grads) */
export const zipTree = (f: (a: Tensor, b: Tensor, path: string) => Tensor): ZipTree => {
  checkFunction('zipTree: f', f, '(a, b) => tf.add(a, b)')
  return ((first: unknown, second: unknown) => {
    const skeleton = skeletonOf(first, 'first tree')
    const a = leavesOf<Tensor>(skeleton, first, { where: 'first tree', nullable: false, alike: true })
    const b = leavesOf<Tensor>(skeleton, second, { where: 'second tree', nullable: true, alike: true })
    return buildTree(
      skeleton,
      a.map((x, i) => {
        const y = b[i] ?? null
        return x === null || y === null ? null : f(x, y, pathAt(skeleton, i))
      }),
    )
  }) as unknown as ZipTree // the skeleton is the first tree's own, so the result has its structure
}

/** Two trees of the same structure, the second perhaps with holes. */
export interface ZipTree {
  <P>(first: P & TreeOf<P>, second: NoInfer<Leaves<P, Tensor | null>>): Leaves<P, Tensor | null>
}
