import type { taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import type { ByteSource, Interruptible, OpenedItem, PartToRead, StoredItem } from './Store.js'

/** A `Store` of tasks: nothing is done before one is run, and what goes wrong is a `Left`. Its laws are those of `Store`. */
export interface TaskStore {
  readonly read: (name: string, how?: Interruptible) => TE.TaskEither<CheckpointError, Uint8Array>
  readonly write: (name: string, bytes: Uint8Array, how?: Interruptible) => TE.TaskEither<CheckpointError, void>
  readonly list: TE.TaskEither<CheckpointError, readonly StoredItem[]>
  readonly remove: (name: string) => TE.TaskEither<CheckpointError, void>
  /** Opens what is under a name. Default: the whole is read. */
  readonly open?: (name: string, how?: Interruptible) => TE.TaskEither<CheckpointError, OpenedItem>
  /** A write of bytes that come in pieces. Default: they are gathered, then written. */
  readonly writePieces?: (name: string, source: ByteSource, how?: Interruptible) => TE.TaskEither<CheckpointError, void>
}

/** A `StreamingStore` of tasks. */
export interface StreamingTaskStore extends Required<TaskStore> {
  readonly read: (name: string, how?: PartToRead) => TE.TaskEither<CheckpointError, Uint8Array>
  readonly write: (
    name: string,
    bytes: Uint8Array | ByteSource,
    how?: Interruptible,
  ) => TE.TaskEither<CheckpointError, void>
  /** Bytes under a name. */
  readonly size: (name: string, how?: Interruptible) => TE.TaskEither<CheckpointError, number>
}
