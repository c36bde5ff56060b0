import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from '../tree/differentiable.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** A tree as it is, whose gradient is scaled: 0 stops it.
 *
 *    y = x        ∂y/∂x = s
 *
 *  Shapes   those of the tree; new tensors over the same memory.
 *  Throws   `RangeError` for a scale that is not finite.
 *  Source   optax.scale_gradient
 *  Example  `scaleGradient(params, 0.1)` */
export const scaleGradient = <P>(
  ...[tree, scale]: readonly [tree: P & TreeOf<P>, scale: number]
): Leaves<P, tf.Tensor> => {
  if (!Number.isFinite(scale))
    throw new RangeError(`scaleGradient: scale must be a finite number, found ${scale}. Pass e.g. 0.1, or 0 to stop.`)
  return mapTree((x) =>
    differentiable([x], () => ({
      value: tf.clone(x),
      saved: {},
      // 0·∞ would be NaN
      gradients: (dy) => [scale === 0 ? tf.zerosLike(dy) : tf.mul(dy, scale)],
    })),
  )(tree)
}
