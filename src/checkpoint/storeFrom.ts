import { function as F, taskEither as TE } from 'fp-ts'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { promiseStore } from './promiseStore.js'
import type { Interruptible, Store, StoredItem } from './Store.js'
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
}

/**
 * A store over any place that keeps bytes: checks names, refuses to write nothing, orders the list, turns exceptions
 * into problems.
 *
 *  @example storeFrom({ place: 'the bucket', read, write, list, remove })
 */
export const storeFrom = ({ place, read, write, list, remove }: StorePlace): Store => {
  const attempt = <A>(
    path: string,
    deed: string,
    run: () => Promise<A>,
    how: Interruptible = {},
  ): TE.TaskEither<CheckpointError, A> =>
    TE.tryCatch(
      () => unlessInterrupted(how, run),
      (cause) => [storeProblem(path, `${deed} ${place}`, cause)],
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
    read: (name, how = {}) =>
      named(name, (good) =>
        F.pipe(
          attempt(good, 'to read from', () => read(good, how), how),
          TE.flatMap((bytes) => (bytes === null ? TE.left(absent(good)) : TE.right(bytes))),
        ),
      ),
    write: (name, bytes, how = {}) =>
      named(name, (good) =>
        bytes.length === 0 ? TE.left(empty(good)) : attempt(good, 'to write to', () => write(good, bytes, how), how),
      ),
    list: F.pipe(
      attempt('(list)', 'to list', list),
      TE.map((items) => items.toSorted(byTime)),
    ),
    remove: (name) => named(name, (good) => attempt(good, 'to remove from', () => remove(good))),
  })
}

const byTime = (a: StoredItem, b: StoredItem): number => a.time - b.time || (a.name < b.name ? -1 : 1)
