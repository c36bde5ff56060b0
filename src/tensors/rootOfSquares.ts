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
 *  On a device of half floats, which hold 2⁻¹⁴ to 2¹⁶, the same with bounds of their own.
 *
 *  `sumOf` is asked twice, each time with the square to be used. Differentiable. To be called in a tidy.
 *
 *  @internal */
export const rootOfSquares = (sumOf: (square: (x: tf.Tensor) => tf.Tensor) => tf.Tensor): tf.Tensor => {
  const { least, most, up, down } = inHalfFloats() ? half : single
  const plain = sumOf((x) => tf.mul(x, x))
  const [small, usual] = [loose(tf.less(plain, 2 ** least)), loose(tf.less(plain, 2 ** most))]
  const chosen = (up: number, down: number): tf.Tensor =>
    selectAlike(small, tf.scalar(up), selectAlike(usual, tf.scalar(1), tf.scalar(down)))
  const scale = chosen(2 ** up, 2 ** down)
  const sum = sumOf((x) => {
    const scaled = tf.mul(x, scale)
    return tf.mul(scaled, scaled)
  })
  return tf.mul(tf.sqrt(sum), chosen(2 ** -up, 2 ** -down))
}

/** Exponents of two: of the bounds, and of what numbers are scaled by. */
const single = { least: -80, most: 120, up: 72, down: -70 }
const half = { least: -8, most: 15, up: 8, down: -9 }

/** WebGL without float32 render targets. Other backends have no `gpgpu`, and know nothing of the flag. */
const inHalfFloats = (): boolean => 'gpgpu' in tf.backend() && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')
