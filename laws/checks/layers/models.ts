import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

/** Numbers in (−1, 1) that are the same in each run. */
const numbers = (n: number, seed: number): Float32Array => {
  let s = seed * 2654435761 + 12345
  return Float32Array.from({ length: n }, () => {
    s = (Math.imul(s, 1103515245) + 12345) >>> 0
    return (s / 2 ** 32) * 2 - 1
  })
}

/** A tensor of such numbers. */
export const tensor = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    [...shape],
  )

/** Gives a model weights that are the same in each run; those of batch normalisation stay as they begin. */
const withWeights = <M extends tfl.LayersModel>(model: M): M => {
  model.trainableWeights.forEach((weight, i) => {
    if (/gamma|beta/.test(weight.originalName)) return
    const value = tensor(weight.shape as number[], i + 1) // trainable weights are built: every dimension is known
    weight.write(value)
    value.dispose()
  })
  return model
}

/** A small network of three dense layers, one of them with batch normalisation where that is asked for. */
export const mlp = ({ normalised = false } = {}): tfl.Sequential =>
  withWeights(
    tfl.sequential({
      layers: [
        tfl.layers.dense({ units: 8, inputShape: [4], activation: 'tanh', name: 'one' }),
        ...(normalised ? [tfl.layers.batchNormalization({ name: 'norm', momentum: 0.8 })] : []),
        tfl.layers.dense({ units: 6, activation: 'relu', name: 'two' }),
        tfl.layers.dense({ units: 1, name: 'three' }),
      ],
    }),
  )

/** A small network with two convolutions, pooling between them. */
export const cnn = (): tfl.Sequential =>
  withWeights(
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, activation: 'tanh' }),
        tfl.layers.maxPooling2d({ poolSize: 2 }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 2, activation: 'relu' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 1 }),
      ],
    }),
  )

/** Inputs and targets for the network of dense layers. */
export const data = (n = 24): readonly [x: tf.Tensor, y: tf.Tensor] => [tensor([n, 4], 11), tensor([n, 1], 12)]

/** Every weight of a model, read. */
export const weightsOf = (model: tfl.LayersModel): readonly number[][] =>
  model.weights.map((weight) => Array.from(weight.read().dataSync()))

/** A handler of tfjs that keeps a saved model in memory. */
export const memory = (): { readonly handler: tf.io.IOHandler; readonly saved: () => tf.io.ModelArtifacts } => {
  let artifacts: tf.io.ModelArtifacts | undefined
  const saved = (): tf.io.ModelArtifacts => {
    if (artifacts === undefined) throw new Error('nothing has been saved')
    return artifacts
  }
  return {
    saved,
    handler: {
      save: (given) => {
        artifacts = given
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } })
      },
      load: () => Promise.resolve(saved()),
    },
  }
}
