import type * as tf from '@tensorflow/tfjs-core'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { clippedSums, examplesOf } from './clippedSums.js'

/** Options of `perExampleGlobalNormClip`. */
export interface PerExampleGlobalNormClipOptions {
  /** The largest norm of an example's gradient. */
  readonly l2NormClip: number
}

/** Sums gradients of single examples, each scaled down to a global norm: the first half of differentially private
 *  descent.
 *
 *  ```text
 *  Σᵢ gᵢ·min(1, C/‖gᵢ‖)        C = l2NormClip; ‖·‖ over all leaves of one example, 0/0 = 1
 *  ```
 *
 *  @shapes every leaf has the examples on its first axis, which the sum lacks; beside it the number of examples that
 *    were clipped.
 *  @throws `TypeError` where leaves differ in the number of examples.
 *  @laws the norm of the sum is at most C times the number of examples.
 *  @reference Abadi et al. 2016, arXiv:1607.00133; optax.per_example_global_norm_clip
 *  @example perExampleGlobalNormClip({ w: tf.tensor2d([[3, 4], [0.3, 0.4]]) }, { l2NormClip: 1 }) */
export const perExampleGlobalNormClip = <P>(
  grads: P & TreeOf<P>,
  given: PerExampleGlobalNormClipOptions,
): readonly [sum: Leaves<P, tf.Tensor>, clipped: tf.Scalar] => {
  const { l2NormClip } = parse(given)
  const { leaves, build } = examplesOf('perExampleGlobalNormClip', grads)
  const [sums, counts] = clippedSums([leaves], [l2NormClip])
  // Built from the skeleton of `grads`; one group, so one count.
  return [build(sums) as Leaves<P, tf.Tensor>, counts[0] as tf.Scalar]
}

const parse = optionsFor<PerExampleGlobalNormClipOptions>()('perExampleGlobalNormClip', {
  l2NormClip: required(nonNegative),
})
