/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { findTensor } from './findTensor.js'

/** Visits every tensor in a value made of records, arrays, numbers and `null`; one that is there twice, twice. */
export const eachTensor = (value: unknown, visit: (tensor: Tensor) => void): void => {
  findTensor(value, (leaf) => {
    visit(leaf as Tensor) // outside the reference interpreters every leaf is one
    return false
  })
}
