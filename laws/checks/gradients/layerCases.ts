import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { numbers, sizeOf } from './numbers.js'

type Layer = tfl.layers.Layer
const { layers } = tfl

/** A network with a layer in question, and a batch for it. */
export interface LayerCase {
  readonly name: string
  readonly model: () => tfl.LayersModel
  /** The same function by other layers, for a layer whose gradient is wrong on tfjs' cpu backend. */
  readonly equal?: () => tfl.LayersModel
  readonly loss: string
  readonly x: () => tf.Tensor
  readonly y: () => tf.Tensor
}

const inputs = {
  vector: [5],
  sequence: [4, 3],
  image: [6, 6, 2],
  volume: [4, 4, 4, 2],
  film: [3, 5, 5, 2],
} as const
type Input = keyof typeof inputs

const batch = 3

/** A batch of numbers of both signs. */
export const tensor = (shape: readonly number[], salt: number): tf.Tensor =>
  tf.tensor(numbers(sizeOf([batch, ...shape]), salt), [batch, ...shape])

/** What a layer of one output gives. */
const through = (layer: Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
  layer.apply(x) as tfl.SymbolicTensor

const before = (): Layer => layers.dense({ units: 3, activation: 'tanh' })

/** A dense layer that ends it. */
const ended = (input: tfl.SymbolicTensor, inside: tfl.SymbolicTensor): tfl.LayersModel => {
  const flat = inside.shape.length > 2 ? through(layers.flatten(), inside) : inside
  return tfl.model({ inputs: input, outputs: through(layers.dense({ units: 2 }), flat) })
}

const started = (input: Input): tfl.SymbolicTensor => layers.input({ shape: [...inputs[input]] })

/** The layers in question between two that are trained. */
export const between = (name: string, input: Input, made: () => readonly Layer[], equal?: () => readonly Layer[]) => {
  const network = (inside: () => readonly Layer[]) => (): tfl.LayersModel => {
    const x = started(input)
    return ended(
      x,
      inside().reduce((y, layer) => through(layer, y), through(before(), x)),
    )
  }
  const found: LayerCase = {
    name,
    model: network(made),
    ...(equal === undefined ? {} : { equal: network(equal) }),
    loss: 'meanSquaredError',
    x: () => tensor(inputs[input], 1),
    y: () => tensor([2], 2),
  }
  return found
}

/** The layer in question between two that are trained. */
export const one = (name: string, input: Input, made: () => Layer): LayerCase => between(name, input, () => [made()])

/** A layer that makes one of two. */
export const merged = (name: string, made: () => Layer, input: Input = 'vector'): LayerCase => ({
  ...one(name, input, made),
  model: () => {
    const x = started(input)
    return ended(x, through(made(), [through(before(), x), through(before(), x)]))
  },
})

/** A mask of inputs, of which one step is to be left out. */
export const masked = (): LayerCase => ({
  ...between('masking of inputs', 'sequence', () => []),
  model: () => {
    const x = started('sequence')
    return ended(x, through(layers.simpleRNN({ units: 3 }), through(layers.masking(), x)))
  },
  x: () => tf.tidy(() => tf.mul(tensor(inputs.sequence, 1), tf.tensor([1, 0, 1, 1], [1, 4, 1]))),
})

/** Words by their numbers, of which 0 may mean none. */
export const words = (name: string, maskZero: boolean): LayerCase => ({
  ...between(name, 'vector', () => []),
  model: () =>
    tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 5, maskZero }),
        layers.simpleRNN({ units: 3 }),
        layers.dense({ units: 2 }),
      ],
    }),
  x: () => tf.tensor2d([1, 2, 3, 0, 0, 2, 2, 6, 5, 0, 4, 1, 2, 4, 6], [batch, 5]),
})

/** Two dense layers with a loss, the last one's activation such as the loss asks for. */
export const withLoss = (
  loss: string,
  y: () => tf.Tensor,
  activation: 'linear' | 'softmax' | 'sigmoid',
): LayerCase => ({
  ...between(loss, 'vector', () => []),
  model: () => {
    const x = started('vector')
    return tfl.model({ inputs: x, outputs: through(layers.dense({ units: 2, activation }), through(before(), x)) })
  },
  loss,
  y,
})

/** Up-sampling of three channels by repetition, as a transposed convolution. */
export const repeating = (): Layer =>
  layers.conv2dTranspose({
    filters: 3,
    kernelSize: 2,
    strides: 2,
    useBias: false,
    trainable: false,
    weights: [tf.tidy(() => tf.tile(tf.reshape(tf.eye(3), [1, 1, 3, 3]), [2, 2, 1, 1]))],
  })
