import type { Tensor } from '@tensorflow/tfjs-core'
import { nowIn } from '../transformation/nowIn.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { averageIn } from './averaged.js'

/** Parameters and a state with an average at the top. */
export interface Averaged<P> {
  readonly params: P
  readonly state: { readonly average: P }
}

/** Exchanges the parameters and their average. By name, never by arithmetic: no tensor is made, changed or disposed.
 *
 *  ```text
 *  swapped({ params: x, state: { average: A, … } }) = { params: A, state: { average: x, … } }
 *  ```
 *
 *  @shapes leaves that have no average (hidden by a mask) stay where they are.
 *  @throws `TreeMismatch` when the average is not one of these parameters. A state without an average is a compile
 *    error.
 *  @laws swapped ∘ swapped = identity, the very same tensors; count and inner state do not change.
 *  @reference tf.contrib.opt.MovingAverageOptimizer.swapping_saver
 *  @example const evaluation = swapped(now).params */
export const swapped = <N extends Averaged<unknown>>(now: N): N => {
  const given = nowIn('swapped', now)
  const [params, average] = exchanged(given.params, averageIn('swapped', given.state).average)
  return { ...now, params, state: Object.freeze({ ...now.state, average }) }
}

/** Two trees with their leaves exchanged, wherever the second has any.
 *
 *  @internal */
export const exchanged = (params: unknown, average: unknown): readonly [params: unknown, average: unknown] => {
  const skeleton = skeletonOf(params, 'params')
  const p = leavesOf<Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
  const a = leavesOf<Tensor>(skeleton, average, { where: 'state.average', nullable: true, alike: true })
  return [
    buildTree(
      skeleton,
      p.map((x, i) => a[i] ?? x),
    ),
    buildTree(
      skeleton,
      p.map((x, i) => (a[i] === null ? null : x)),
    ),
  ]
}
