import * as tf from '@tensorflow/tfjs-core'
import { drawn } from './drawn.js'
import { hidden, type Problem } from './Problem.js'

const size = 10

/** A narrow valley that bends, in ten dimensions. */
export const rosenbrock: Problem = {
  name: 'Rosenbrock',
  about: `Σ 100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² over a vector of ${size}, from near (−1.2, 1, −1.2, …); the same loss at each step`,
  budget: 500,
  posed: (seed) => {
    const normal = drawn(seed)
    const first = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? -1.2 : 1) + 0.1 * normal())
    const loss = ({ x }: { readonly x: tf.Tensor }): tf.Tensor => {
      const [now, next] = [tf.slice(x, [0], [size - 1]), tf.slice(x, [1], [size - 1])]
      const [off, left] = [tf.sub(next, tf.square(now)), tf.sub(1, now)]
      return tf.sum(tf.add(tf.mul(100, tf.square(off)), tf.square(left)))
    }
    return hidden({ start: () => ({ x: tf.tensor1d(first) }), loss, measured: loss, end: () => undefined })
  },
}
