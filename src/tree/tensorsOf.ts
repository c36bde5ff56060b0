import type { Tensor } from '@tensorflow/tfjs-core'
import { eachTensor } from './eachTensor.js'

/** Every tensor anywhere in a value made of records, arrays, numbers and `null` (parameters, a state, a pair of both),
 *  once each. */
export const tensorsOf = (value: unknown): readonly Tensor[] => {
  const found = new Set<Tensor>()
  eachTensor(value, (tensor) => found.add(tensor))
  return [...found]
}
