import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { values } from './sets.js'

/** A model of tfjs-layers, and a batch for it. */
export interface TrainingModel {
  readonly name: string
  /** The kernel without which a backend cannot train it. */
  readonly needs?: string
  readonly model: () => tfl.LayersModel
  readonly batch: () => readonly [x: tf.Tensor, y: tf.Tensor]
}

const tensor = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(values(tf.util.sizeFromShape([...shape]), 1, seed), [...shape], 'float32')

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

/** What is trained, smallest first. */
export const trainingModels: readonly TrainingModel[] = [
  {
    name: 'MLP 97k',
    model: () => mlp([784, 100, 100, 64, 32, 10]),
    batch: () => [tensor([32, 784], 1), oneHot(32, 10)],
  },
  {
    name: 'MLP 1M',
    model: () => mlp([784, 800, 400, 128, 10]),
    batch: () => [tensor([32, 784], 1), oneHot(32, 10)],
  },
  {
    name: 'CNN',
    needs: 'Conv2DBackpropFilter',
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
  },
  {
    name: 'embedding + GRU',
    needs: 'UnsortedSegmentSum',
    model: () =>
      tfl.sequential({
        layers: [
          tfl.layers.embedding({ inputDim: 64, outputDim: 32, inputLength: 16 }),
          tfl.layers.gru({ units: 64 }),
          tfl.layers.dense({ units: 64, activation: 'softmax' }),
        ],
      }),
    batch: () => [
      tf.tensor2d(
        Array.from({ length: 32 * 16 }, (_, i) => (i * 5) % 64),
        [32, 16],
      ),
      oneHot(32, 64),
    ],
  },
]
