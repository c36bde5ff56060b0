/** @internal */

import { function as F, taskEither as TE } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { isCheckpointFailed } from './CheckpointFailed.js'
import { copyOf } from './copyOf.js'
import { exactPieces } from './exactPieces.js'
import { gathered } from './gathered.js'
import { isBytes } from './isBytes.js'
import { openedBytes } from './openedBytes.js'
import { partOf } from './partOf.js'
import type { ByteSource } from './Store.js'
import { storeProblem } from './storeProblem.js'
import type { StreamingTaskStore, TaskStore } from './StreamingTaskStore.js'
import { usingOpened } from './usingOpened.js'

/** A store of tasks with all that one can do: what it has not itself, it does with the whole in memory. */
export const streamingTasks = (store: TaskStore): StreamingTaskStore => {
  const { read, write, list, remove } = store
  const open: StreamingTaskStore['open'] =
    store.open ?? ((name, { signal } = {}) => F.pipe(read(name, { signal }), TE.map(openedBytes)))
  const put =
    store.writePieces ??
    ((name, source, how) =>
      F.pipe(
        whole(name, source),
        TE.flatMap((all) => write(name, all, how)),
      ))
  const writePieces: StreamingTaskStore['writePieces'] = (name, source, how = {}) =>
    isSource(source) ? put(name, exactPieces(name, source, how), how) : TE.left(noBytes(name, source))
  return {
    list,
    remove,
    open,
    writePieces,
    size: (name, how) => usingOpened(open(name, how), ({ length }) => TE.right(length)),
    read: (name, how = {}) =>
      how.begin === undefined && how.end === undefined
        ? read(name, how)
        : usingOpened(open(name, { signal: how.signal }), (item) => F.pipe(partOf(name, item, how), TE.map(alone))),
    write: (name, bytes, how) => (isBytes(bytes) ? write(name, bytes, how) : writePieces(name, bytes, how)),
  }
}

const whole = (name: string, source: ByteSource): TE.TaskEither<CheckpointError, Uint8Array> =>
  TE.tryCatch(
    () => gathered(source),
    (cause) => (isCheckpointFailed(cause) ? cause.problems : [storeProblem(name, 'pieces that can be read', cause)]),
  )

const isSource = (given: Partial<ByteSource> | null | undefined): boolean => {
  const { length, pieces } = given ?? {} // nothing is no source
  return typeof pieces === 'function' && Number.isSafeInteger(length) && Number(length) > 0
}

const noBytes = (path: string, source: Partial<ByteSource> | null | undefined): CheckpointError => [
  checkpointProblem('Store', {
    path,
    expected: 'bytes to write, or a source { length, pieces }, at least one byte of them',
    found: typeof source?.pieces === 'function' ? `a source of length ${shown(source.length)}` : shown(source),
    fix: 'encode a checkpoint first',
  }),
]

/** A part that keeps no more than itself alive. */
const alone = (bytes: Uint8Array): Uint8Array => (bytes.length === bytes.buffer.byteLength ? bytes : copyOf(bytes))
