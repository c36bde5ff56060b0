/** @internal */

import { isCheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { shown } from '../scalars/shown.js'
import { SaveFailed } from './SaveFailed.js'

/** Waits until a save is done. Throws `SaveFailed` where what the function called `name` gave is no promise, or the
 *  promise of something that still has to be run or did not go well; what else it rejects with passes as it is. */
export const saveDone = async (name: string, step: number, saving: unknown): Promise<void> => {
  if (typeof saving === 'function') throw new SaveFailed(step, new TypeError(unrun(name, 'a function')))
  if (!isThenable(saving)) throw new SaveFailed(step, new TypeError(nothing(name, saving)))
  const result: unknown = await Promise.resolve(saving).catch((error: unknown) => {
    throw isCheckpointFailed(error) ? new SaveFailed(step, error) : error
  })
  if (typeof result === 'function') throw new SaveFailed(step, new TypeError(unrun(name, 'a promise of a function')))
  // a task that was run, where nobody looked at what it gave
  if (typeof result === 'object' && result !== null && '_tag' in result && result._tag === 'Left')
    throw new SaveFailed(step, 'left' in result ? result.left : undefined)
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

const nothing = (name: string, found: unknown): string =>
  `${name} gave ${shown(found)}, no promise, so nobody can say that anything was saved. ` +
  'Return what save gives: (snapshot) => save({ … }); or make a hook of your own async.'

const unrun = (name: string, what: string): string =>
  `${name} gave ${what}, an unrun task: call it, (snapshot) => save({ … })(), or use polyak's save, which gives a promise.`
