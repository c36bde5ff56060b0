import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { isCheckpointFailed } from './CheckpointFailed.js'
import type { Interruptible, Store, StoredItem } from './Store.js'
import { storeProblem } from './storeProblem.js'

/** A `Store` of tasks: nothing is done before one is run, and what goes wrong is a `Left`. Its laws are those of `Store`. */
export interface TaskStore {
  readonly read: (name: string, how?: Interruptible) => TE.TaskEither<CheckpointError, Uint8Array>
  readonly write: (name: string, bytes: Uint8Array, how?: Interruptible) => TE.TaskEither<CheckpointError, void>
  readonly list: TE.TaskEither<CheckpointError, readonly StoredItem[]>
  readonly remove: (name: string) => TE.TaskEither<CheckpointError, void>
}

/**
 * A store of tasks from one of promises, whoever wrote it: whatever it throws is a `Left`, and so is an answer that no
 * store may give.
 *
 * Laws: taskStore ∘ promiseStore and promiseStore ∘ taskStore change nothing that can be seen; no call of the store
 * begins after its signal has come.
 *
 * Example: `const bytes = await taskStore(memoryStore()).read('last')()`
 */
export const taskStore = (store: Store): TaskStore => ({
  read: (name, how) =>
    called(name, 'a store that can be read', how, isBytes, 'bytes (a Uint8Array)', () => store.read(name, how)),
  write: (name, bytes, how) =>
    called(name, 'a store that can be written to', how, isNothing, 'a promise of nothing', () =>
      store.write(name, bytes, how),
    ),
  list: called('(list)', 'a store that can be listed', {}, isItems, 'a list of { name, time }', () => store.list()),
  remove: (name) =>
    called(name, 'a store that can be removed from', {}, isNothing, 'a promise of nothing', () => store.remove(name)),
})

const called = <A>(
  path: string,
  expected: string,
  { signal }: Interruptible = {},
  accepted: (answer: unknown) => answer is A,
  wanted: string,
  run: () => Promise<A>,
): TE.TaskEither<CheckpointError, A> =>
  F.pipe(
    TE.tryCatch(
      async (): Promise<unknown> => {
        signal?.throwIfAborted()
        return run()
      },
      (cause): CheckpointError => (isCheckpointFailed(cause) ? cause.problems : [storeProblem(path, expected, cause)]),
    ),
    TE.flatMapEither((answer) => (accepted(answer) ? E.right(answer) : E.left(unheard(path, wanted, answer)))),
  )

const unheard = (path: string, wanted: string, answer: unknown): CheckpointError => [
  checkpointProblem('Store', {
    path,
    expected: `a store that gives ${wanted}`,
    found: typeof answer === 'function' ? 'a function, an unrun task' : shown(answer),
    fix: 'make the store by storeFrom; one of tasks goes through promiseStore of polyak/fp',
  }),
]

// by name: bytes of another realm are bytes too
const isBytes = (answer: unknown): answer is Uint8Array =>
  ArrayBuffer.isView(answer) && Object.prototype.toString.call(answer) === '[object Uint8Array]'

// A store may say what it likes of a deed that is done, but not that it is still to be run, or failed.
const isNothing = (answer: unknown): answer is void => typeof answer !== 'function' && !isEither(answer)

const isItems = (answer: unknown): answer is readonly StoredItem[] =>
  Array.isArray(answer) &&
  answer.every(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      'name' in item &&
      typeof item.name === 'string' &&
      'time' in item &&
      typeof item.time === 'number',
  )

const isEither = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  '_tag' in answer &&
  (answer._tag === 'Left' || answer._tag === 'Right')
