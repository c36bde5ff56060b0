import { checkFunction } from '../scalars/checkFunction.js'
import { either as E, type taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { CheckpointFailed } from './CheckpointFailed.js'

/**
 * Runs a task: the door between tasks, within, and promises, outside.
 *
 *  ```text
 *  Right a → resolves to a;  Left problems → rejects with CheckpointFailed(problems)
 *  ```
 *
 * The task begins before this returns: what it holds before its first wait is held then.
 *
 *  @laws promised(TE.right(a)) resolves to a; what a task throws passes through as it is.
 *
 *  @example const bytes = await promised(taskStore(memoryStore()).read('last')).catch(() => null)
 */
export const promised = async <A>(task: TE.TaskEither<CheckpointError, A>): Promise<A> => {
  checkFunction('promised: task', task, 'save(…)')
  const result = await task()
  if (E.isLeft(result)) throw new CheckpointFailed(result.left)
  return result.right
}
