import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from './crossEntropy.js'
import { drawn } from './drawn.js'
import { hidden, type Problem } from './Problem.js'

const [examples, features, classes, batch] = [1536, 32, 8, 48]

interface Linear {
  readonly kernel: tf.Tensor
  readonly bias: tf.Tensor
}

/** A convex problem with noise: features of different scales, and labels that no plane separates. */
export const logisticRegression: Problem = {
  name: 'logistic regression',
  about: `${classes} classes by ${features} features of scales from 0.1 to 10, batches of ${batch} out of ${examples}; measured on all of them`,
  budget: 200,
  posed: (seed) => {
    const normal = drawn(seed)
    const x = tf.tensor2d(
      Array.from(
        { length: examples * features },
        (_, i) => normal() * 10 ** ((2 * (i % features)) / (features - 1) - 1),
      ),
      [examples, features],
    )
    const labels = tf.tidy(() => {
      const truth = Array.from(
        { length: features * classes },
        (_, i) => normal() / 10 ** ((2 * Math.floor(i / classes)) / (features - 1) - 1) / 2,
      )
      const noise = tf.tensor2d(Array.from({ length: examples * classes }, normal), [examples, classes])
      const scores = tf.add(tf.matMul(x, tf.tensor2d(truth, [features, classes])), noise)
      return tf.cast(tf.oneHot(tf.argMax(scores, 1), classes), 'float32') as tf.Tensor2D // of two axes, as said
    })
    const cost = ({ kernel, bias }: Linear, of: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor =>
      crossEntropy(tf.add(tf.matMul(of, kernel as tf.Tensor2D), bias), right)
    return hidden<Linear>({
      start: () => ({ kernel: tf.zeros([features, classes]), bias: tf.zeros([classes]) }),
      loss: (params, at) => {
        const from = [(at * batch) % examples, 0] as const
        return cost(params, tf.slice(x, [...from], [batch, features]), tf.slice(labels, [...from], [batch, classes]))
      },
      measured: (params) => cost(params, x, labels),
      end: () => tf.dispose([x, labels]),
    })
  },
}
