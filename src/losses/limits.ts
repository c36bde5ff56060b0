/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { select } from '../tensors/select.js'

/** w·x, where a weight of 0 is stronger than an infinite x. */
export const weighted = (w: tf.Tensor, x: tf.Tensor): tf.Tensor => select(tf.equal(w, 0), tf.zerosLike(x), tf.mul(w, x))

/** x where a mask is true, else 0. */
export const masked = (mask: tf.Tensor | undefined, x: tf.Tensor): tf.Tensor =>
  mask === undefined ? x : select(mask, x, tf.zerosLike(x))

/** log(1 + eˣ), without overflow. */
export const softplus = (x: tf.Tensor): tf.Tensor => tf.add(tf.maximum(x, 0), tf.log1p(tf.exp(tf.neg(tf.abs(x)))))

/** log(eᵃ + eᵇ), without overflow; −∞ where both are. */
export const logAddExp = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const top = tf.maximum(a, b)
  const apart = select(tf.equal(a, b), tf.zerosLike(top), tf.abs(tf.sub(a, b)))
  return tf.add(top, tf.log1p(tf.exp(tf.neg(apart))))
}

/** The slope of max(0, x): ½ at 0. */
export const slopeOfRelu = (x: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.add(1, tf.sign(x)))
