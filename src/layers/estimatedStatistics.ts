/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type BatchStatistics, pooledStatistics } from '../averaging/pooledStatistics.js'
import { disposeExcept } from '../tree/disposeExcept.js'

/** What this needs of a layer of batch normalisation: tfjs declares it private. */
interface Normalisation {
  readonly axis: number
  readonly movingMean: { readonly read: () => tf.Variable }
  readonly movingVariance: { readonly read: () => tf.Variable }
  call: Call
}
type Call = (inputs: tf.Tensor | tf.Tensor[], kwargs: object) => unknown

/** A variable, and the value that it shall have, which is the caller's. */
export interface Estimate {
  readonly variable: tf.Variable
  readonly value: tf.Tensor
}

/** The statistics that the layers of batch normalisation of a model have on batches: those of all batches together,
 *  whatever their sizes. Each layer sees what comes of the ones before it with the statistics of the batch; what else
 *  differs in training (dropout, noise) does not. Batches stay the caller's.
 *
 *  @throws `RangeError` where there are no batches. */
export const estimatedStatistics = async (
  model: LayersModel,
  batches: AsyncIterable<tf.Tensor | readonly tf.Tensor[]>,
): Promise<readonly Estimate[]> => {
  const layers = normalisations(model)
  const pooled = new Map<Normalisation, BatchStatistics<tf.Tensor>>()
  if (layers.length === 0) return []
  try {
    for await (const batch of batches) {
      watching(
        layers,
        (layer, seen) => pooled.set(layer, joined(pooled.get(layer), seen)),
        () => {
          tf.dispose(model.predictOnBatch(isTensor(batch) ? batch : [...batch]))
        },
      )
    }
  } catch (error) {
    disposeExcept([...pooled.values()].map(tensorsIn), [])
    throw error
  }
  if (pooled.size === 0)
    throw new RangeError(
      'withAverages: statistics has no batches. Pass an iterable that gives them each time that it is asked.',
    )
  return [...pooled].flatMap(([layer, { mean, variance }]) => [
    { variable: layer.movingMean.read(), value: mean },
    { variable: layer.movingVariance.read(), value: variance },
  ])
}

const isTensor = (batch: tf.Tensor | readonly tf.Tensor[]): batch is tf.Tensor => !Array.isArray(batch)

const tensorsIn = ({ mean, variance }: BatchStatistics<tf.Tensor>): readonly tf.Tensor[] => [mean, variance]

const joined = (
  before: BatchStatistics<tf.Tensor> | undefined,
  seen: BatchStatistics<tf.Tensor>,
): BatchStatistics<tf.Tensor> => {
  if (before === undefined) return seen
  const both = pooledStatistics([before, seen])
  disposeExcept([before, seen].map(tensorsIn), [])
  tensorsIn(both).forEach((tensor) => tf.keep(tensor)) // a model predicts inside tf.tidy
  return both
}

/** While `body` runs each layer normalises by its batch, and tells what that is. */
const watching = (
  layers: readonly Normalisation[],
  tell: (layer: Normalisation, seen: BatchStatistics<tf.Tensor>) => void,
  body: () => void,
): void => {
  // mostly the class has it, and the layer none of its own
  const own = layers.map((layer) => (Object.hasOwn(layer, 'call') ? layer.call : undefined))
  layers.forEach((layer) => {
    const { call } = layer
    layer.call = (inputs, kwargs) => {
      const input = Array.isArray(inputs) ? inputs[0] : inputs
      if (input !== undefined) tell(layer, statisticsOf(input, layer.axis))
      return call.call(layer, inputs, { ...kwargs, training: true })
    }
  })
  try {
    body()
  } finally {
    layers.forEach((layer, i) => {
      const before = own[i]
      if (before === undefined) Reflect.deleteProperty(layer, 'call')
      else layer.call = before
    })
  }
}

const statisticsOf = (input: tf.Tensor, axis: number): BatchStatistics<tf.Tensor> => {
  const channel = axis < 0 ? axis + input.rank : axis
  const { mean, variance } = tf.moments(
    input,
    input.shape.flatMap((_, i) => (i === channel ? [] : [i])),
  )
  return { mean: tf.keep(mean), variance: tf.keep(variance), size: input.size / (input.shape[channel] ?? 1) }
}

/** The layers of batch normalisation of a model, however deep. */
const normalisations = (model: LayersModel): readonly Normalisation[] => [...new Set(model.layers.flatMap(within))]

const within = (layer: object): readonly Normalisation[] => {
  // nested models, and what wraps layers
  const holder = layer as Readonly<Record<string, unknown>>
  const inner = [
    ...(Array.isArray(holder['layers']) ? (holder['layers'] as readonly unknown[]) : []),
    holder['layer'],
    holder['forwardLayer'],
    holder['backwardLayer'],
  ]
  return [
    ...(isNormalisation(layer) ? [layer] : []),
    ...inner.flatMap((one) => (typeof one === 'object' && one !== null ? within(one) : [])),
  ]
}

const isNormalisation = (layer: object): layer is Normalisation =>
  'getClassName' in layer && typeof layer.getClassName === 'function' && layer.getClassName() === 'BatchNormalization'
