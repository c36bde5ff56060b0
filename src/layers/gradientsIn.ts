/** @internal */
import type * as tf from '@tensorflow/tfjs-core'
import { checkFields } from '../scalars/checkFields.js'
import type { NamedTensor } from './Named.js'

/** Gradients that were handed in, by the names of their variables. */
export const gradientsIn = (
  given: tf.NamedTensorMap | readonly NamedTensor[],
): readonly (readonly [string, tf.Tensor])[] => {
  if (!isList(given)) {
    checkFields('layersOptimizer: gradients', given, {}, 'Pass the grads of tf.variableGrads(loss).')
    return Object.entries(given)
  }
  const seen = new Set<string>()
  for (const { name } of given) {
    if (seen.has(name))
      throw new Error(
        `layersOptimizer: applyGradients has two gradients for ${JSON.stringify(name)}. Add them up: a step takes one.`,
      )
    seen.add(name)
  }
  return given.map(({ name, tensor }) => [name, tensor])
}

const isList = (given: tf.NamedTensorMap | readonly NamedTensor[]): given is readonly NamedTensor[] =>
  Array.isArray(given)
