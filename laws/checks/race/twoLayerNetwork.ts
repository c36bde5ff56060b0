import * as tf from '@tensorflow/tfjs-core'
import { drawn } from './drawn.js'
import { crossEntropy } from './crossEntropy.js'
import { hidden, type Problem } from './Problem.js'

const [arms, width, batch, batches, apart] = [3, 48, 48, 24, 384]

interface Layer {
  readonly kernel: tf.Tensor
  readonly bias: tf.Tensor
}
interface Network {
  readonly hidden: Layer
  readonly output: Layer
}

/** A network of one hidden layer that tells the arms of a spiral apart. */
export const twoLayerNetwork: Problem = {
  name: 'two-layer network',
  about: `tanh, 2→${width}→${arms}: which arm of a spiral with noise, batches of ${batch} out of ${batch * batches}; measured on ${apart} other points`,
  budget: 300,
  posed: (seed) => {
    const normal = drawn(seed)
    const [training, other] = [spiral(normal, batch * batches), spiral(normal, apart)]
    const kernels = [Array.from({ length: 2 * width }, normal), Array.from({ length: width * arms }, normal)] as const
    const cost = (params: Network, x: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
      crossEntropy(dense(tf.tanh(dense(x, params.hidden)), params.output), labels)
    return hidden<Network>({
      start: () => ({
        hidden: { kernel: tf.tensor2d(kernels[0], [2, width]), bias: tf.zeros([width]) },
        output: {
          kernel: tf.tidy(() => tf.div(tf.tensor2d(kernels[1], [width, arms]), Math.sqrt(width))),
          bias: tf.zeros([arms]),
        },
      }),
      loss: (params, at) => {
        const from = [(at % batches) * batch, 0] as const
        const [x, labels] = [training.x, training.labels]
        return cost(params, tf.slice(x, [...from], [batch, 2]), tf.slice(labels, [...from], [batch, arms]))
      },
      measured: (params) => cost(params, other.x, other.labels),
      end: () => tf.dispose([training, other]),
    })
  },
}

const dense = (x: tf.Tensor, { kernel, bias }: Layer): tf.Tensor =>
  tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias) // both have two axes

/** Points on the arms in turn, at random radii. */
const spiral = (normal: () => number, count: number) => {
  const points = Array.from({ length: count }, (_, i) => {
    const radius = 0.1 + 0.9 * Math.abs(Math.sin(normal() * 7))
    const angle = 6 * radius + ((i % arms) * 2 * Math.PI) / arms + 0.25 * normal()
    return [3 * radius * Math.cos(angle), 3 * radius * Math.sin(angle)]
  })
  return {
    x: tf.tensor2d(points, [count, 2]),
    labels: tf.tidy(() =>
      tf.cast(
        tf.oneHot(
          tf.tensor1d(
            points.map((_, i) => i % arms),
            'int32',
          ),
          arms,
        ),
        'float32',
      ),
    ),
  }
}
