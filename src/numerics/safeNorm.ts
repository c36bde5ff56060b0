import { axesOrAll } from '../scalars/axisOption.js'
import * as tf from '@tensorflow/tfjs-core'
import { anything, flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'
import { maxOfRows, sumOfRows } from '../tensors/sumOfRows.js'

/** Options of `safeNorm`. */
export interface SafeNormOptions {
  /** The least norm, at least 0: from there down the norm is this number, and its gradient 0.
   *
   *  @defaultValue 0 */
  readonly minNorm?: number
  /** 2: the root of the sum of squares; 1: the sum of absolute values; `Infinity`: the largest of them.
   *
   *  @defaultValue 2 */
  readonly ord?: 1 | 2 | typeof Number.POSITIVE_INFINITY
  /** Along which axes: one, several, or all (`null`).
   *
   *  @defaultValue null */
  readonly axis?: Axes
  /** Whether those axes stay, with a size of 1.
   *
   *  @defaultValue false */
  readonly keepDims?: boolean
}

/** A norm with a floor, whose gradient is 0 at and below it, where that of a plain norm is NaN.
 *
 *  ```text
 *  max(‖x‖, m)        ∂/∂x = x/‖x‖ where ‖x‖ > m, else 0
 *  ```
 *
 *  @shapes a tensor without `axis`.
 *  @units those of x.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` for another order, a floor below 0 or an axis
 *    that is not there.
 *  @departs norms are those of vectors, over all axes that are named: optax takes `ord: 2` of a matrix for its largest
 *    singular value. The slope of |x| at 0 is 0, where jax has 1. Right wherever the norm is a float32, though squares may be none.
 *  @reference optax.safe_norm
 *  @example safeNorm(x, { minNorm: 1e-6, axis: -1 }) */
export const safeNorm = (x: tf.Tensor, given?: SafeNormOptions): tf.Tensor => {
  const { minNorm, ord, axis, keepDims } = parse(given)
  if (ord !== 1 && ord !== 2 && ord !== Number.POSITIVE_INFINITY)
    throw new RangeError(`safeNorm: ord must be 1, 2 or Infinity, found ${String(ord)}. Pass e.g. { ord: 2 }.`)
  return tf.tidy(() => {
    const all = floatsAt({ where: 'safeNorm', name: 'x' }, x)
    const rows = rowsAlong('safeNorm', all.shape, axis)
    const row = rows.of(all)
    const norms = differentiable([row], () => {
      const { norm, slope } = normOfRows(row, ord)
      const high = tf.greater(norm, minNorm)
      return {
        value: tf.where(tf.lessEqual(norm, minNorm), tf.fill(norm.shape, minNorm), norm),
        saved: { slope: tf.where(high, slope, tf.zerosLike(slope)) },
        gradients: (dy, s) => [tf.mul(dy, s.slope)],
      }
    })
    return keepDims ? rows.spread(norms) : rows.back(norms)
  })
}

/** The norm of each row, and its slope; without a slope at 0.
 *
 *  @internal */
export const normOfRows = (x: tf.Tensor, ord: number): { readonly norm: tf.Tensor; readonly slope: tf.Tensor } => {
  const size = tf.abs(x)
  if (ord === 1) return { norm: sumOfRows(size), slope: tf.sign(x) }
  const most = tf.maximum(maxOfRows(size), 0)
  const scale = tf.where(tf.greater(most, 0), most, tf.onesLike(most))
  if (ord === Number.POSITIVE_INFINITY) {
    const top = tf.cast(tf.equal(size, most), 'float32')
    return { norm: most, slope: tf.div(tf.mul(top, tf.sign(x)), tf.maximum(sumOfRows(top), 1)) }
  }
  const small = tf.div(x, scale)
  const root = tf.sqrt(sumOfRows(tf.mul(small, small)))
  const norm = tf.mul(scale, root)
  return { norm, slope: tf.div(small, tf.where(tf.greater(root, 0), root, tf.onesLike(root))) }
}

const parse = optionsFor<SafeNormOptions>()('safeNorm', {
  minNorm: withDefault(nonNegative, 0),
  ord: withDefault(anything<1 | 2 | typeof Number.POSITIVE_INFINITY>('1, 2 or Infinity', '2'), 2),
  axis: withDefault(axesOrAll, null),
  keepDims: withDefault(flag, false),
})
