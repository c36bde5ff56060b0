import * as tf from '@tensorflow/tfjs-core'
import { selectAlike } from './selectAlike.js'
import { loose } from './loose.js'

/** The root of a sum of squares, right wherever the root itself is a float32: where the sum leaves the range in which
 *  float32 is exact, it is taken again of scaled numbers. Powers of two, so nothing else is rounded.
 *
 *  ```text
 *  √Σ x² = √Σ (s·x)² / s        s = 1 where 2⁻⁸⁰ ≤ Σ x² < 2¹²⁰, else 2⁷² or 2⁻⁷⁰
 *  ```
 *
 *  `sumOf` is asked twice, each time with the square to be used. Differentiable. To be called in a tidy.
 *
 *  @internal */
export const rootOfSquares = (sumOf: (square: (x: tf.Tensor) => tf.Tensor) => tf.Tensor): tf.Tensor => {
  const plain = sumOf((x) => tf.mul(x, x))
  const [small, usual] = [loose(tf.less(plain, 2 ** -80)), loose(tf.less(plain, 2 ** 120))]
  const chosen = (up: number, down: number): tf.Tensor =>
    selectAlike(small, tf.scalar(up), selectAlike(usual, tf.scalar(1), tf.scalar(down)))
  const scale = chosen(2 ** 72, 2 ** -70)
  const sum = sumOf((x) => {
    const scaled = tf.mul(x, scale)
    return tf.mul(scaled, scaled)
  })
  return tf.mul(tf.sqrt(sum), chosen(2 ** -72, 2 ** 70))
}
