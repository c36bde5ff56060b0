import * as tf from '@tensorflow/tfjs-core'
import { drawn } from './drawn.js'
import { hidden, type Problem } from './Problem.js'

const size = 16
const rate = 10 ** 1.5

/** A bowl that is a thousand times steeper in one direction than in another, none of them along an axis. */
export const quadratic: Problem = {
  name: 'quadratic',
  about: `½⟨X, A·X·B⟩ over a matrix of ${size}×${size}, condition number 1000, turned at random; the same loss at each step`,
  budget: 300,
  posed: (seed) => {
    const normal = drawn(seed)
    const [a, b] = [curvature(normal), curvature(normal)]
    const first = Array.from({ length: size * size }, normal)
    const loss = ({ x }: { readonly x: tf.Tensor }): tf.Tensor =>
      tf.mul(0.5, tf.sum(tf.mul(x, tf.matMul(tf.matMul(a, x as tf.Tensor2D), b))))
    return hidden({
      start: () => ({ x: tf.tensor2d(first, [size, size]) }),
      loss,
      measured: loss,
      end: () => tf.dispose([a, b]),
    })
  },
}

/** H·diag(λ)·H with λ from 1/rate to 1, evenly in the logarithm, and H a reflection along a random direction. */
const curvature = (normal: () => number): tf.Tensor2D => {
  const v = Array.from({ length: size }, normal)
  const square = v.reduce((sum, x) => sum + x * x, 0)
  const reflected = (i: number, j: number): number => (i === j ? 1 : 0) - (2 * (v[i] ?? 0) * (v[j] ?? 0)) / square
  return tf.tensor2d(
    Array.from({ length: size * size }, (_, at) =>
      Array.from({ length: size }, (_, k) => k).reduce(
        (sum, k) => sum + reflected(Math.floor(at / size), k) * rate ** (-k / (size - 1)) * reflected(k, at % size),
        0,
      ),
    ),
    [size, size],
  )
}
