/** @internal */

import { either as E, type taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import type { OpenedItem } from './Store.js'

/** Opens, uses and closes, whatever becomes of the use; a close that fails undoes nothing. */
export const usingOpened =
  <A>(
    opening: TE.TaskEither<CheckpointError, OpenedItem>,
    use: (item: OpenedItem) => TE.TaskEither<CheckpointError, A>,
  ): TE.TaskEither<CheckpointError, A> =>
  async () => {
    const opened = await opening()
    if (E.isLeft(opened)) return opened
    try {
      return await use(opened.right)()
    } finally {
      await opened.right.close().catch(() => null)
    }
  }
