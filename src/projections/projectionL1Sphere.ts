import type * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { l1OfRow } from './l1OfRow.js'
import { asRow, projected } from './projected.js'
import { type ScaleOption, scaleSpec } from './scaleOption.js'

/** A nearest tree whose absolute values sum to `scale`.
 *
 *  ```text
 *  y = sign(x)·P(|x|)        P = `projectionSimplex`, over all leaves together; sign(0) = 1
 *  ```
 *
 *  @shapes those of the tree; without elements it stays as it is.
 *  @throws `RangeError` for a scale below 0; `TreeMismatch` for leaves that are not float32.
 *  @laws idempotent up to rounding. Differentiable.
 *  @departs zeros have the sign +, so that the result is on the sphere always: optax, where sign(0) = 0, gives zeros for
 *    zeros. Far outside it keeps the digits that optax loses in float32. A scale of 0 gives zeros, where optax
 *    gives NaN; a negative one is refused.
 *  @reference optax.projections.projection_l1_sphere
 *  @example projectionL1Sphere(params, { scale: 2 }) */
export const projectionL1Sphere = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options?: ScaleOption]
): Leaves<P, tf.Tensor> => projected('projectionL1Sphere', tree, asRow(l1OfRow('sphere', parse(given).scale)))

const parse = optionsFor<ScaleOption>()('projectionL1Sphere', scaleSpec)
