import type { StateLambda } from '../transformation/Transformation.js'
import { promised } from './promised.js'
import type { SaveRequest, SwappedSaveRequest } from './SaveRequest.js'
import { saveSwappedTask, saveTask } from './saveTask.js'

/** Saves parameters, state and a record as one safetensors file.
 *
 *  ```text
 *  tensors `dense/kernel`, `dense/kernel/ExponentialMovingAverage`, `dense/kernel/inner.0.mu`, …;  numbers and
 *                                                                                                  equations in
 *                                                                                                  `__metadata__`
 *  ```
 *
 *  @shapes float32 and int32 tensors as they are; numbers exact, infinities included.
 *    Ownership  The tensors may be disposed as soon as this has returned: it holds what it needs until it is done.
 *  @throws Rejects with `CheckpointFailed`, which has every problem, such as a record that a file cannot hold, by
 *    path; nothing is written then, and the file that was there before stays as it was.
 *    Dropped    A promise that nobody awaits saves all the same. If it fails, it is an unhandled rejection, which ends a
 *    Node process unless it is told otherwise: better than a training that goes on without its files.
 *  @laws restore ∘ save = identity, bit for bit.
 *  @reference tf.train.Saver
 *  @example await save({ store, name: 'last', optimizer, params: now.params, state: now.state, record: { epoch: 3 } }) */
export const save = async <F extends StateLambda, P, E>(request: SaveRequest<F, P, E>): Promise<void> =>
  promised(saveTask(request))

/** Saves the averages under the parameters' own names, and the parameters under the averages': whatever loads the file
 *  finds the averages.
 *
 *  @throws Rejects as `save`, and where there is no average, several and none named, or a partner is missing in
 *    `only`.
 *  @laws restoreSwapped ∘ saveSwapped = identity; restore ∘ saveSwapped = swapped = restoreSwapped ∘ save; the set
 *    of names is the same.
 *  @reference tf.contrib.opt.MovingAverageOptimizer.swapping_saver
 *  @example await saveSwapped({ store, name: 'averages', optimizer, params: now.params, state: now.state }) */
export const saveSwapped = async <F extends StateLambda, P, E>(request: SwappedSaveRequest<F, P, E>): Promise<void> =>
  promised(saveSwappedTask(request))
