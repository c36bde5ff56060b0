/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { dot, lengthOf } from '../tensors/flatVector.js'

export type Vectors = readonly tf.Tensor[]

/** Steps sᵢ, the changes yᵢ of the gradient on them and 1/⟨yᵢ, sᵢ⟩, oldest first; 0 where there is no pair. */
export interface Pairs {
  readonly diffParamsMemory: Vectors
  readonly diffUpdatesMemory: Vectors
  readonly weightsMemory: Vectors
}

/** Which pairs tell of curvature, and what follows from that. */
export interface CurvatureRule {
  readonly remember: (old: Pairs, s: tf.Tensor1D, y: tf.Tensor1D) => Pairs
  /** The inverse Hessian before any pair: a number. */
  readonly scale: (pairs: Pairs, g: tf.Tensor1D, past: boolean) => tf.Scalar
  /** The product of the inverse Hessian and g, by a function that multiplies. */
  readonly product: (g: tf.Tensor1D, multiplied: (g: tf.Tensor1D) => tf.Tensor1D) => tf.Tensor1D
}

/** Every pair but those with ⟨y, s⟩ = 0, which leave a gap. */
const optax: CurvatureRule = {
  remember: ({ diffParamsMemory, diffUpdatesMemory, weightsMemory }, s, y) => {
    const curvature = dot(y, s)
    const weight = tf.where(tf.equal(curvature, 0), tf.scalar(0), tf.div(1, curvature))
    return {
      diffParamsMemory: [...diffParamsMemory.slice(1), s],
      diffUpdatesMemory: [...diffUpdatesMemory.slice(1), y],
      weightsMemory: [...weightsMemory.slice(1), weight],
    }
  },
  scale: (pairs, g, past) => {
    if (!past) return tf.minimum(1, tf.div(1, tf.sqrt(dot(g, g))))
    const { s, y } = newest(pairs)
    const size = dot(y, y)
    return tf.where(tf.greater(size, 0), tf.div(dot(y, s), size), tf.scalar(1))
  },
  product: (g, multiplied) => multiplied(g),
}

/** What a sum of products in float32 may be wrong by, of the product of the lengths. */
const rounding = 2 ** -20
/** The least number of float32 whose reciprocal is exact enough, and finite. */
const leastNormal = 2 ** -126

/** Only pairs whose curvature is positive, beyond doubt and no subnormal number. Instead of another the oldest pair is
 *  forgotten, so that a memory that leads nowhere is empty after a while. */
const checked: CurvatureRule = {
  remember: ({ diffParamsMemory, diffUpdatesMemory, weightsMemory }, s, y) => {
    const curvature = dot(y, s)
    const least = tf.mul(rounding, tf.mul(lengthOf(s), lengthOf(y)))
    // Lengths may overflow where the curvature does not: then nothing is greater.
    const tells = [tf.isFinite(curvature), tf.greaterEqual(curvature, leastNormal), tf.greater(curvature, least)]
    const taken = tells.reduce((all, one) => tf.logicalAnd(all, one))
    const weight = tf.div(1, curvature)
    const wide = tf.broadcastTo(taken, s.shape)
    const pushed = (old: Vectors, last: tf.Tensor): Vectors => old.map((x, i) => tf.where(wide, old[i + 1] ?? last, x))
    const none = tf.scalar(0)
    return {
      diffParamsMemory: pushed(diffParamsMemory, s),
      diffUpdatesMemory: pushed(diffUpdatesMemory, y),
      weightsMemory: weightsMemory.map((w, i) => {
        const older = weightsMemory[i - 1] ?? none
        return tf.where(taken, weightsMemory[i + 1] ?? weight, tf.where(tf.greater(older, 0), w, none))
      }),
    }
  },
  scale: (pairs, g) => {
    const { y, weight } = newest(pairs)
    const some = tf.greater(weight, 0)
    const [size, one] = [lengthOf(y), tf.scalar(1)]
    const divisor = tf.where(some, size, one)
    const curvature = tf.div(1, tf.where(some, weight, one))
    return tf.where(some, tf.div(tf.div(curvature, divisor), divisor), tf.div(1, tf.maximum(1, lengthOf(g))))
  },
  // The product is linear in g: at another size nothing of it overflows, nor sinks below what float32 can hold.
  product: (g, multiplied) => {
    const most = tf.max<tf.Scalar>(tf.abs(g))
    const size = tf.where(tf.greater(most, 0), most, tf.scalar(1))
    const unit: tf.Tensor1D = tf.div(g, size)
    const direction = multiplied(unit)
    const along = dot(direction, unit)
    const uphill = tf.logicalAnd(tf.isFinite(along), tf.greater(along, 0))
    const small: tf.Tensor1D = tf.div(g, tf.maximum(1, lengthOf(g)))
    return tf.where(tf.broadcastTo(uphill, g.shape), tf.mul<tf.Tensor1D>(direction, size), small)
  },
}

const newest = ({ diffParamsMemory, diffUpdatesMemory, weightsMemory }: Pairs) => {
  const [s, y, weight] = [diffParamsMemory.at(-1), diffUpdatesMemory.at(-1), weightsMemory.at(-1)]
  if (s === undefined || y === undefined || weight === undefined)
    throw new Error('scaleByLbfgs: a state without memory. Pass the state that init or the last step returned.')
  // Vectors of all leaves, and numbers.
  return { s: s as tf.Tensor1D, y: y as tf.Tensor1D, weight: weight as tf.Scalar }
}

export const curvatureRules = { checked, optax } as const
