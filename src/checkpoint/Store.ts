import type { taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'

/** What a store holds under one name; `time` is when it was written, in milliseconds since 1970. */
export interface StoredItem {
  readonly name: string
  readonly time: number
}

/**
 * A place that keeps bytes under names.
 *
 * Laws: a `read` gives the bytes of the last `write` that came back right, whole; a `write` that fails, or dies
 * half-way, leaves what was there; bytes are never shared with the caller; `read` of a name that is not there is
 * `Missing`; `remove` of one is right; `list` is ordered by time, then name; names that are no `storeName` are refused,
 * and so are zero bytes (some stores cannot tell them from a write that died).
 */
export interface Store {
  readonly read: (name: string) => TE.TaskEither<CheckpointError, Uint8Array>
  readonly write: (name: string, bytes: Uint8Array) => TE.TaskEither<CheckpointError, void>
  readonly list: TE.TaskEither<CheckpointError, readonly StoredItem[]>
  readonly remove: (name: string) => TE.TaskEither<CheckpointError, void>
}
