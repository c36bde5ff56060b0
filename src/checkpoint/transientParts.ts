/** @internal */

import { function as F, taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { partOf } from './partOf.js'
import { readsInto } from './readsInto.js'
import type { ByteRange, Interruptible, OpenedItem } from './Store.js'
import { storeProblem } from './storeProblem.js'
import { unlessInterrupted } from './unlessInterrupted.js'

/** Reads parts of an opened item that are valid until the next one is asked for. */
export interface TransientParts {
  /** The longest part that should be asked for, in bytes. */
  readonly most: number
  readonly part: (range: ByteRange) => TE.TaskEither<CheckpointError, Uint8Array>
}

/** Parts that lie in one buffer where the item can read into it, and are as the item gives them elsewhere. */
export const transientParts = (name: string, item: OpenedItem, { signal }: Interruptible): TransientParts => {
  const fill = readsInto.get(item)
  if (fill === undefined)
    return { most: partBytes, part: ({ begin, end }) => partOf(name, item, { begin, end, signal }) }
  const buffer = new Uint8Array(Math.min(bufferBytes, item.length))
  return {
    most: buffer.length,
    part: ({ begin, end }) => {
      const into = buffer.subarray(0, end - begin)
      return F.pipe(
        TE.tryCatch(
          () => unlessInterrupted({ signal }, () => fill(into, begin)),
          (cause): CheckpointError => [storeProblem(name, 'a store that can be read', cause)],
        ),
        TE.map(() => into),
      )
    },
  }
}

const partBytes = 2 ** 22
/** What is read stays in a processor's cache until it is copied on. */
const bufferBytes = 2 ** 20
