import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from '../tensors/differentiable.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** A tree as it is, whose gradient is scaled: 0 stops it.
 *
 *  ```text
 *  y = x        ∂y/∂x = s
 *  ```
 *
 *  @shapes those of the tree; new tensors over the same memory.
 *  @throws `RangeError` for a scale that is not finite.
 *  @reference optax.scale_gradient
 *  @example scaleGradient(params, 0.1) */
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
