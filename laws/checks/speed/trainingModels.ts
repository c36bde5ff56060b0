import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { values } from './sets.js'

/** A batch, and what is to come of it as one-hot rows. */
export type TrainingBatch = readonly [x: tf.Tensor, y: tf.Tensor]

/** A model of tfjs-layers, the same as a loss of a tree of parameters, and a batch for both. */
export interface TrainingModel {
  readonly name: string
  /** How many times faster than `tf.train.adam` on tfjs' own kernels a step by `trainOnBatch` is to be on wasm. */
  readonly wanted?: number
  /** The kernel without which a backend cannot train it. */
  readonly needs?: string
  /** Whether a step takes seconds on cpu: there it is timed beside wasm and nowhere else. */
  readonly acrossBackends?: boolean
  readonly model: () => tfl.LayersModel
  readonly batch: () => TrainingBatch
  /** The scores before the softmax, from the model's weights in its own order. */
  readonly scores: (weights: readonly tf.Tensor[], x: tf.Tensor) => tf.Tensor
}

/** The mean cross entropy, as `categoricalCrossentropy` of a softmax has it. */
export const lossOf =
  ({ scores }: TrainingModel) =>
  (weights: readonly tf.Tensor[], [x, y]: TrainingBatch): tf.Tensor =>
    tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(scores(weights, x))), -1)))

const tensor = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(values(tf.util.sizeFromShape([...shape]), 1, seed), [...shape], 'float32')

const codes = (rows: number, columns: number, most: number): tf.Tensor =>
  tf.tensor2d(
    Array.from({ length: rows * columns }, (_, i) => (i * 5) % most),
    [rows, columns],
    'int32',
  )

const oneHot = (n: number, classes: number): tf.Tensor =>
  tf.tidy(() =>
    tf.cast(
      tf.oneHot(
        Array.from({ length: n }, (_, i) => (i * 7) % classes),
        classes,
      ),
      'float32',
    ),
  )

const mlp = (widths: readonly number[]): tfl.Sequential =>
  tfl.sequential({
    layers: widths.slice(1).map((units, i) =>
      tfl.layers.dense({
        units,
        activation: i === widths.length - 2 ? 'softmax' : 'relu',
        ...(i === 0 ? { inputShape: widths.slice(0, 1) } : {}),
      }),
    ),
  })

const at = (weights: readonly tf.Tensor[], i: number): tf.Tensor => {
  const weight = weights[i]
  if (weight === undefined) throw new Error(`the model has no weight ${i}`)
  return weight
}

const dense = (x: tf.Tensor, weights: readonly tf.Tensor[], i: number): tf.Tensor =>
  tf.add(tf.matMul(x, at(weights, i)), at(weights, i + 1))

const denseAll = (weights: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor => {
  let y = x
  for (let i = 0; i < weights.length; i += 2) y = dense(i === 0 ? y : tf.relu(y), weights, i)
  return y
}

const convolved = (x: tf.Tensor, weights: readonly tf.Tensor[], i: number): tf.Tensor => {
  const made = tf.conv2d(x as tf.Tensor4D, at(weights, i) as tf.Tensor4D, 1, 'valid') // images, and a filter of four axes
  return tf.maxPool(tf.relu(tf.add(made, at(weights, i + 1))), 2, 2, 'valid')
}

const rowsOf = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0] ?? 1, -1])

/** As tfjs-layers has it: the gates z and r by a hard sigmoid, the reset before the product. */
const gru = (x: tf.Tensor, weights: readonly tf.Tensor[], i: number): tf.Tensor => {
  const [kernel, recurrent, bias] = [at(weights, i), at(weights, i + 1), at(weights, i + 2)]
  const units = recurrent.shape[0] ?? 1
  const gate = (y: tf.Tensor): tf.Tensor => tf.clipByValue(tf.add(tf.mul(y, 0.2), 0.5), 0, 1)
  const [forGates, forState] = tf.split(recurrent, [2 * units, units], 1)
  let h = tf.zeros([x.shape[0] ?? 1, units])
  for (const step of tf.unstack(x, 1)) {
    const [xz, xr, xh] = tf.split(tf.add(tf.matMul(step, kernel), bias), 3, 1)
    const [hz, hr] = tf.split(tf.matMul(h, forGates as tf.Tensor), 2, 1)
    const z = gate(tf.add(xz as tf.Tensor, hz as tf.Tensor))
    const r = gate(tf.add(xr as tf.Tensor, hr as tf.Tensor))
    const next = tf.tanh(tf.add(xh as tf.Tensor, tf.matMul(tf.mul(r, h), forState as tf.Tensor)))
    h = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), next))
  }
  return h
}

/** Rows of words, each looked up and read by a GRU, which says what comes next: one of 64. */
const recurrent = (
  name: string,
  { words, width, units, rows, steps }: Readonly<Record<'words' | 'width' | 'units' | 'rows' | 'steps', number>>,
): TrainingModel => ({
  name,
  needs: tf.UnsortedSegmentSum,
  model: () =>
    tfl.sequential({
      layers: [
        tfl.layers.embedding({ inputDim: words, outputDim: width, inputLength: steps }),
        tfl.layers.gru({ units }),
        tfl.layers.dense({ units: 64, activation: 'softmax' }),
      ],
    }),
  batch: () => [codes(rows, steps, words), oneHot(rows, 64)],
  scores: (weights, x) => dense(gru(tf.gather(at(weights, 0), x), weights, 1), weights, 4),
})

/** What is trained, smallest first. */
export const trainingModels: readonly TrainingModel[] = [
  {
    name: 'MLP 97k',
    wanted: 2.8,
    model: () => mlp([784, 100, 100, 64, 32, 10]),
    batch: () => [tensor([32, 784], 1), oneHot(32, 10)],
    scores: denseAll,
  },
  {
    name: 'MLP 1M',
    wanted: 4.5,
    model: () => mlp([784, 800, 400, 128, 10]),
    batch: () => [tensor([32, 784], 1), oneHot(32, 10)],
    scores: denseAll,
  },
  {
    name: 'character model',
    wanted: 2.5,
    needs: tf.UnsortedSegmentSum,
    model: () =>
      tfl.sequential({
        layers: [
          tfl.layers.embedding({ inputDim: 64, outputDim: 16, inputLength: 12 }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 192, activation: 'tanh' }),
          tfl.layers.dense({ units: 64, activation: 'softmax' }),
        ],
      }),
    batch: () => [codes(64, 12, 64), oneHot(64, 64)],
    scores: (weights, x) =>
      dense(tf.tanh(dense(rowsOf(tf.gather(at(weights, 0), x as tf.Tensor1D)), weights, 1)), weights, 3),
  },
  // Most of a step of this small one is tfjs' own bookkeeping of 2,500 kernels, which none of ours shortens.
  recurrent('embedding + GRU, 64 units', { words: 64, width: 32, units: 64, rows: 32, steps: 16 }),
  {
    ...recurrent('embedding + GRU, 128 units', { words: 1000, width: 64, units: 128, rows: 32, steps: 20 }),
    wanted: 1.8,
  },
  {
    name: 'CNN',
    needs: tf.Conv2DBackpropFilter,
    acrossBackends: true,
    model: () =>
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 64, activation: 'relu' }),
          tfl.layers.dense({ units: 10, activation: 'softmax' }),
        ],
      }),
    batch: () => [tensor([64, 28, 28, 1], 1), oneHot(64, 10)],
    scores: (weights, x) =>
      dense(tf.relu(dense(rowsOf(convolved(convolved(x, weights, 0), weights, 2)), weights, 4)), weights, 6),
  },
]
