import { checkFields } from '../scalars/checkFields.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Now } from '../transformation/step.js'
import { mapTensors } from './mapTensors.js'

/** Clones parameters and state, so that they live on after the next event: the clones are the caller's.
 *
 *  ```text
 *  keep({ params, state }) = { params, state }, every tensor a clone
 *  ```
 *
 *  @shapes those of the argument.
 *  @laws the same numbers, no tensor in common; a clone shares memory until one of the two is written to, and memory
 *    that is shared is never donated.
 *  @example const best = keep({ params, state: optimizer.init(params) }) */
export const keep = <P, S>(now: Now<P, S>): Now<P, S> => {
  checkFields('keep: now', now, { params: 'unknown', state: 'unknown' }, 'Pass what a step returns.')
  const { params, state } = now
  return mapTensors({ params, state }, (tensor) => tf.clone(tensor))
}
