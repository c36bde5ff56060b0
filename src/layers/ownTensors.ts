/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { eachTensor } from '../tree/eachTensor.js'

/** Keeps every tensor of a state: `fit` calls an optimizer inside `tf.tidy`, which would dispose them. */
export const ownTensors = <A>(state: A): A => {
  eachTensor(state, (tensor) => tf.keep(tensor))
  return state
}
