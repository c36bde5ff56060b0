import { function as F, taskEither as TE } from 'fp-ts'
import { knownOnly } from '../scalars/knownOnly.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { isCheckpointFailed } from './CheckpointFailed.js'
import { promiseStore } from './promiseStore.js'
import type { ByteSource, Interruptible, OpenedItem, StoredItem, StreamingStore } from './Store.js'
import { storeName } from './storeName.js'
import { storeProblem } from './storeProblem.js'
import { unlessInterrupted } from './unlessInterrupted.js'

/** What a place that keeps bytes must be able to do; whatever it throws becomes a `Store` problem. */
export interface StorePlace {
  /** The place in words, for messages: `the folder /data/run-1`. */
  readonly place: string
  /** The bytes under a name, the caller's to keep; null where there are none. */
  readonly read: (name: string, how: Interruptible) => Promise<Uint8Array | null>
  /** All or nothing; must not keep `bytes`. */
  readonly write: (name: string, bytes: Uint8Array, how: Interruptible) => Promise<void>
  readonly list: () => Promise<readonly StoredItem[]>
  /** Does nothing where there is nothing. */
  readonly remove: (name: string) => Promise<void>
  /** One version of the bytes, to be read in parts; null where there are none. Default: the whole is read. */
  readonly open?: (name: string, how: Interruptible) => Promise<OpenedItem | null>
  /** All or nothing: `pieces` are written to their end before they are put under the name. They throw where they are not
   *  as long as they say, and once the signal has come. Default: they are gathered, then written. */
  readonly writePieces?: (name: string, source: ByteSource, how: Interruptible) => Promise<void>
}

/**
 * A store over any place that keeps bytes: checks names, refuses to write nothing, orders the list, turns exceptions
 * into problems.
 *
 *  @example storeFrom({ place: 'the bucket', read, write, list, remove })
 */
export const storeFrom = (given: StorePlace): StreamingStore => {
  const { place, read, write, list, remove, open, writePieces } = known(given)
  const attempt = <A>(
    path: string,
    deed: string,
    run: () => Promise<A>,
    how: Interruptible = {},
  ): TE.TaskEither<CheckpointError, A> =>
    TE.tryCatch(
      () => unlessInterrupted(how, run),
      (cause) => (isCheckpointFailed(cause) ? cause.problems : [storeProblem(path, `${deed} ${place}`, cause)]),
    )
  const readBy = <A>(name: string, how: Interruptible, run: (good: string) => Promise<A | null>) =>
    named(name, (good) =>
      F.pipe(
        attempt(good, 'to read from', () => run(good), how),
        TE.flatMap((found) => (found === null ? TE.left(absent(good)) : TE.right(found))),
      ),
    )
  const named = <A>(name: string, run: (good: string) => TE.TaskEither<CheckpointError, A>) =>
    F.pipe(TE.fromEither(storeName(name)), TE.flatMap(run))
  const absent = (path: string): CheckpointError => [
    checkpointProblem('Missing', {
      path,
      expected: `a checkpoint of this name in ${place}`,
      found: 'none',
      fix: 'list the store to see what it holds',
    }),
  ]
  const empty = (path: string): CheckpointError => [
    checkpointProblem('Store', { path, expected: 'bytes to write', found: 'none', fix: 'encode a checkpoint first' }),
  ]
  return promiseStore({
    read: (name, how = {}) => readBy(name, how, (good) => read(good, how)),
    write: (name, bytes, how = {}) =>
      named(name, (good) =>
        bytes.length === 0 ? TE.left(empty(good)) : attempt(good, 'to write to', () => write(good, bytes, how), how),
      ),
    ...(open === undefined ? {} : { open: (name, how = {}) => readBy(name, how, (good) => open(good, how)) }),
    ...(writePieces === undefined
      ? {}
      : {
          writePieces: (name, source, how = {}) =>
            named(name, (good) => attempt(good, 'to write to', () => writePieces(good, source, how), how)),
        }),
    list: F.pipe(
      attempt('(list)', 'to list', list),
      TE.map((items) => items.toSorted(byTime)),
    ),
    remove: (name) => named(name, (good) => attempt(good, 'to remove from', () => remove(good))),
  })
}

const known = knownOnly<StorePlace>('storeFrom', {
  place: 'required',
  read: 'required',
  write: 'required',
  list: 'required',
  remove: 'required',
  open: true,
  writePieces: true,
})

const byTime = (a: StoredItem, b: StoredItem): number => a.time - b.time || (a.name < b.name ? -1 : 1)
