import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../tree/sizeOf.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { clippedSums, examplesOf } from './clippedSums.js'

/** Options of `perExampleLayerNormClip`. */
export interface PerExampleLayerNormClipOptions {
  /** The largest norm of an example's gradient, shared out among the leaves. */
  readonly globalL2NormClip: number
  /** Shares the norm out evenly among the leaves; else by their sizes.
   *
   *  @defaultValue true */
  readonly uniform?: boolean
}

/** Sums gradients of single examples, each leaf scaled down to a norm of its own.
 *
 *  ```text
 *  Σᵢ gᵢ·min(1, Cₗ/‖gᵢ‖)
 *  Cₗ = C/√K for each of K leaves, or C·√(Dₗ/D) by their sizes without `uniform`; C = globalL2NormClip
 *  ```
 *
 *  @shapes every leaf has the examples on its first axis, which the sum lacks; beside it, for each leaf, how many
 *    examples were clipped.
 *  @throws `TypeError` where leaves differ in the number of examples.
 *  @laws the norm of the sum is at most C times the number of examples.
 *  @reference McMahan et al. 2018, arXiv:1710.06963; optax.per_example_layer_norm_clip
 *  @example perExampleLayerNormClip({ w: tf.tensor2d([[3, 4], [0.3, 0.4]]) }, { globalL2NormClip: 1 }) */
export const perExampleLayerNormClip = <P>(
  grads: P & TreeOf<P>,
  given: PerExampleLayerNormClipOptions,
): readonly [sums: Leaves<P, tf.Tensor>, clipped: Leaves<P, tf.Scalar>] => {
  const { globalL2NormClip, uniform } = parse(given)
  const { leaves, build } = examplesOf('perExampleLayerNormClip', grads)
  const sizes = leaves.map(({ shape }) => sizeOf(shape.slice(1)))
  const total = sizes.reduce((sum, n) => sum + n, 0)
  const [sums, counts] = clippedSums(
    leaves.map((leaf) => [leaf]),
    sizes.map((size) => globalL2NormClip * Math.sqrt(uniform ? 1 / leaves.length : size / total)),
  )
  // Built from the skeleton of `grads`; one group, and so one count, for each leaf.
  return [build(sums) as Leaves<P, tf.Tensor>, build(counts) as Leaves<P, tf.Scalar>]
}

const parse = optionsFor<PerExampleLayerNormClipOptions>()('perExampleLayerNormClip', {
  globalL2NormClip: required(nonNegative),
  uniform: withDefault(flag, true),
})
