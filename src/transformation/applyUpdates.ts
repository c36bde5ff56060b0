import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { refuseUnreadable } from '../tree/refuseUnreadable.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

const sum = (params: unknown, updates: unknown): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const p = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
  const u = leavesOf<tf.Tensor>(skeleton, updates, { where: 'updates', nullable: true, alike: true })
  refuseUnreadable('params', params, skeleton)
  refuseUnreadable('updates', updates, skeleton)
  return buildTree(
    skeleton,
    p.map((x, i) => {
      const y = u[i] ?? null
      return x === null || y === null ? x : tf.add(x, y)
    }),
  )
}

/** Adds updates to parameters.
 *
 *  ```text
 *  applyUpdates(params, updates) = params + updates
 *  ```
 *
 *  @shapes those of `params`; a `null` update leaves its parameter as it is, the same tensor.
 *  @throws `TreeMismatch` when the trees differ; nothing is broadcast.
 *  @reference optax.apply_updates
 *  @example const next = applyUpdates(params, updates) */
export const applyUpdates = sum as unknown as ApplyUpdates // the sum has the skeleton of `params`

/** Parameters and updates of the same structure. */
interface ApplyUpdates {
  <P>(params: P & TreeOf<P>, updates: NoInfer<Leaves<P, tf.Tensor | null>>): P
}
