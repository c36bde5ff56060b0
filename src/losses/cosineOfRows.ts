/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { nonNegative } from '../scalars/numbers.js'
import { type Checked, optionsFor, withDefault } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { floatsAt, maskAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { masked } from './limits.js'
import { maxOfRows, sumOfRows } from '../tensors/sumOfRows.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'

const spec = { epsilon: withDefault(nonNegative, 0), ...axisSpec }

export const parseCosine = (where: string) => optionsFor<CosineOptions>()(where, spec)

/** Options of `cosineSimilarity` and `cosineDistance`. */
export interface CosineOptions {
  /** The least squared norm: at least 0.
   *
   *  @defaultValue 0 */
  readonly epsilon?: number
  /** Along which axes: one, several, or all (`null`).
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: conditions, of the same shape. Default: all. */
  readonly where?: tf.Tensor
}

/** The unit vectors of rows, 1/norm where the norm moves with the row, else 0, and 1/norm. */
export interface UnitRows {
  readonly unit: tf.Tensor
  readonly free: tf.Tensor
  readonly inverse: tf.Tensor
}

/** Rows divided by their norms, which are at least √ε; rows of zeros stay zeros. */
export const unitRows = (x: tf.Tensor, epsilon: number): UnitRows => {
  const most = maxOfRows(tf.abs(x))
  const scale = tf.where(tf.greater(most, 0), most, tf.onesLike(most))
  const small = tf.div(x, scale)
  const norm = tf.mul(scale, tf.sqrt(sumOfRows(tf.mul(small, small))))
  const least = Math.sqrt(epsilon)
  const used = tf.maximum(norm, least)
  const inverse = tf.where(tf.greater(used, 0), tf.div(1, used), tf.zerosLike(used))
  const free = tf.where(tf.greater(norm, least), inverse, tf.zerosLike(inverse))
  return { unit: tf.div(x, tf.where(tf.greater(used, 0), used, tf.onesLike(used))), free, inverse }
}

/** ⟨a, b⟩/(‖a‖·‖b‖) along axes. */
export const cosineOfRows = (
  where: string,
  predictions: tf.Tensor,
  targets: tf.Tensor,
  { epsilon, axis, where: given }: Checked<typeof spec>,
): tf.Tensor =>
  tf.tidy(() => {
    const x = floatsAt({ where, name: 'predictions' }, predictions)
    const y = weightsAt({ where, name: 'targets' }, targets, x, 'predictions')
    const rows = rowsAlong(where, x.shape, axis)
    const mask = maskAt(where, given, x, 'predictions')
    const inside = mask === undefined ? undefined : rows.of(mask)
    const [a, b] = [rows.of(x), rows.of(y)]
    const cosine = differentiable([a, b], () => {
      const [u, v] = [unitRows(masked(inside, a), epsilon), unitRows(masked(inside, b), epsilon)]
      const value = sumOfRows(tf.mul(u.unit, v.unit))
      const saved = {
        u: u.unit,
        v: v.unit,
        uFree: u.free,
        vFree: v.free,
        uInverse: u.inverse,
        vInverse: v.inverse,
        value,
      }
      return {
        value,
        saved,
        gradients: (dy, s) => [
          tf.mul(dy, tf.sub(tf.mul(s.uInverse, s.v), tf.mul(tf.mul(s.value, s.uFree), s.u))),
          tf.mul(dy, tf.sub(tf.mul(s.vInverse, s.u), tf.mul(tf.mul(s.value, s.vFree), s.v))),
        ],
      }
    })
    return rows.back(cosine)
  })
