import * as tf from '@tensorflow/tfjs-core'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { normOfRows } from './safeNorm.js'

/** Options of `safeRootMeanSquares`. */
export interface SafeRootMeanSquaresOptions {
  /** The least root, at least 0: from there down it is this number, and its gradient 0.
   *
   *  @defaultValue 0 */
  readonly minRms?: number
}

/** The root of the mean of squares with a floor, whose gradient is 0 at and below it.
 *
 *  ```text
 *  max(√(mean x²), m)        ∂/∂x = x/(n·rms) where rms > m, else 0
 *  ```
 *
 *  @shapes one number for a whole tensor; the floor where it has no elements.
 *  @units those of x.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` for a floor below 0.
 *  @departs right wherever the root is a float32, though squares may be none. Without elements optax gives NaN.
 *  @reference optax.safe_root_mean_squares
 *  @example safeRootMeanSquares(x, { minRms: 1e-3 }) */
export const safeRootMeanSquares = (x: tf.Tensor, given?: SafeRootMeanSquaresOptions): tf.Tensor => {
  const { minRms } = parse(given)
  return tf.tidy(() => {
    const all = floatsAt({ where: 'safeRootMeanSquares', name: 'x' }, x)
    const root = Math.sqrt(Math.max(1, all.size))
    return differentiable([all], () => {
      const { norm, slope } = normOfRows(tf.reshape(all, [1, all.size]), 2)
      const rms = tf.div(norm, root)
      const none = tf.zerosLike(slope)
      return {
        value: tf.reshape(tf.where(tf.lessEqual(rms, minRms), tf.fill(rms.shape, minRms), rms), []),
        saved: { slope: tf.reshape(tf.where(tf.greater(rms, minRms), tf.div(slope, root), none), all.shape) },
        gradients: (dy, s) => [tf.mul(dy, s.slope)],
      }
    })
  })
}

const parse = optionsFor<SafeRootMeanSquaresOptions>()('safeRootMeanSquares', { minRms: withDefault(nonNegative, 0) })
