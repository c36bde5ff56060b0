import * as tf from '@tensorflow/tfjs-core'
import { axisOption } from '../scalars/axisOption.js'
import { finite, nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { slopeOfRelu } from './limits.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { rowsAlong } from '../tensors/rows.js'

/** Options of `tripletMarginLoss`. */
export interface TripletMarginLossOptions {
  /** The axis or axes over which it is taken.
   *
   *  @defaultValue -1 */
  readonly axis?: number
  /** The p of the norm.
   *
   *  @defaultValue 2 */
  readonly normDegree?: number
  /** By how much the negative must be farther than the positive.
   *
   *  @defaultValue 1 */
  readonly margin?: number
  /** Added to the differences, so that the norm has a gradient at zero.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
}

/** The triplet loss: an anchor is to be nearer to its positive than to its negative, by a margin.
 *
 *  ```text
 *  d(x, y) = (Σ |x − y|ᵏ + ε)^(1/k)     ℓ = max(0, d(a, p) − d(a, n) + m)
 *  ```
 *
 *  @shapes the three alike; the result has their shape without `axis`, −1 by default.
 *  @units those of the embeddings; ε has their k-th power.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where shapes differ, an axis is not there, or
 *    k is not above 0.
 *  @departs the absolute value of a difference is taken, as in the paper: optax leaves it out, so that odd k gives NaN or
 *    negative distances.
 *  @reference Weinberger & Saul 2009; optax.losses.triplet_margin_loss
 *  @example tf.mean(tripletMarginLoss(anchors, positives, negatives, { margin: 0.5 })) */
export const tripletMarginLoss = (
  anchors: tf.Tensor,
  positives: tf.Tensor,
  negatives: tf.Tensor,
  given?: TripletMarginLossOptions,
): tf.Tensor => {
  const { axis, normDegree, margin, eps } = parse(given)
  const where = 'tripletMarginLoss'
  return tf.tidy(() => {
    const a = floatsAt({ where, name: 'anchors' }, anchors)
    const p = weightsAt({ where, name: 'positives' }, positives, a, 'anchors')
    const n = weightsAt({ where, name: 'negatives' }, negatives, a, 'anchors')
    const rows = rowsAlong(where, a.shape, axis)
    const loss = differentiable([rows.of(a), rows.of(p), rows.of(n)], () => {
      const near = distance(tf.sub(rows.of(a), rows.of(p)), normDegree, eps)
      const far = distance(tf.sub(rows.of(a), rows.of(n)), normDegree, eps)
      const missing = tf.add(tf.sub(near.length, far.length), margin)
      return {
        value: tf.maximum(missing, 0),
        saved: { missing, near: near.slope, far: far.slope },
        gradients: (dy, s) => {
          const slope = tf.mul(dy, slopeOfRelu(s.missing))
          const [byNear, byFar] = [tf.mul(slope, s.near), tf.mul(slope, s.far)]
          return [tf.sub(byNear, byFar), tf.neg(byNear), byFar]
        },
      }
    })
    return rows.back(loss)
  })
}

/** The k-th root of Σ |e|ᵏ + ε for each row, and its slope by e. */
const distance = (e: tf.Tensor, k: number, eps: number) => {
  const size = tf.abs(e)
  const powered = power(size, k)
  const total = tf.add(sumOfRows(powered), eps)
  const length = k === 1 ? total : k === 2 ? tf.sqrt(total) : k === 4 ? tf.sqrt(tf.sqrt(total)) : root(total, k)
  const some = tf.greater(total, 0)
  // length/total = total^(1/k − 1)
  const shrunk = tf.where(some, tf.div(length, tf.where(some, total, tf.onesLike(total))), tf.zerosLike(total))
  const below = k < 1 ? tf.where(tf.greater(size, 0), power(size, k - 1), tf.zerosLike(size)) : power(size, k - 1)
  return { length, slope: tf.mul(shrunk, tf.mul(below, tf.sign(e))) }
}

/** A k-th root. The power of NaN is a number, on WebGL. */
const root = (x: tf.Tensor, k: number): tf.Tensor => tf.where(tf.isNaN(x), x, tf.pow(x, 1 / k))

/** Powers of what is not negative: small whole ones by products, which every backend has to the last bit. */
const power = (x: tf.Tensor, k: number): tf.Tensor =>
  k === 0
    ? tf.onesLike(x)
    : Number.isInteger(k) && k > 0 && k <= 8
      ? Array.from({ length: k - 1 }).reduce<tf.Tensor>((product) => tf.mul(product, x), x)
      : tf.pow(x, k)

const parse = optionsFor<TripletMarginLossOptions>()('tripletMarginLoss', {
  axis: withDefault(axisOption, -1),
  normDegree: withDefault(positive, 2),
  margin: withDefault(finite, 1),
  eps: withDefault(nonNegative, 1e-6),
})
