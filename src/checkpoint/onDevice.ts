/** @internal */

import { checkpointProblem } from './CheckpointError.js'
import { CheckpointFailed } from './CheckpointFailed.js'

/** What the device throws is a problem of its own, and none of the store. */
export const unreadable = (reason: unknown): never => {
  throw new CheckpointFailed([
    checkpointProblem('Store', {
      path: 'device',
      expected: 'tensors that can be read',
      found: String(reason),
      fix: 'save before the backend is removed',
    }),
  ])
}

/** Reads at once. */
export const onDevice = <A>(read: () => A): A => {
  try {
    return read()
  } catch (reason) {
    return unreadable(reason)
  }
}
