/** @internal */

import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { isBytes } from './isBytes.js'
import type { OpenedItem, PartToRead } from './Store.js'
import { storeProblem } from './storeProblem.js'
import { unlessInterrupted } from './unlessInterrupted.js'

/** A part of an opened item, as many bytes as were asked for; `name` is for messages. */
export const partOf = (
  name: string,
  item: OpenedItem,
  { begin = 0, end = item.length, signal }: PartToRead,
): TE.TaskEither<CheckpointError, Uint8Array> => {
  const wrong = (expected: string, found: string, fix: string): CheckpointError => [
    checkpointProblem('Store', { path: name, expected, found, fix }),
  ]
  if (!(Number.isSafeInteger(begin) && Number.isSafeInteger(end) && 0 <= begin && begin <= end && end <= item.length))
    return TE.left(
      wrong(
        `a range within ${item.length} bytes`,
        `begin ${shown(begin)}, end ${shown(end)}`,
        'ask `size` how many there are',
      ),
    )
  return F.pipe(
    TE.tryCatch(
      () => unlessInterrupted({ signal }, () => item.read({ begin, end })),
      (cause): CheckpointError => [storeProblem(name, 'a store that can be read', cause)],
    ),
    TE.chainEitherK((bytes: unknown) =>
      isBytes(bytes) && bytes.length === end - begin
        ? E.right(bytes)
        : E.left(
            wrong(
              `${end - begin} bytes from ${begin} on`,
              isBytes(bytes) ? `${bytes.length}` : shown(bytes),
              'the store broke off, or its `open` is wrong',
            ),
          ),
    ),
  )
}
