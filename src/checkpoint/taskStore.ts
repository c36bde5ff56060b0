import { checkFields } from '../scalars/checkFields.js'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { isCheckpointFailed } from './CheckpointFailed.js'
import { isBytes } from './isBytes.js'
import type { Interruptible, OpenedItem, Store, StoredItem } from './Store.js'
import { storeProblem } from './storeProblem.js'
import type { StreamingTaskStore } from './StreamingTaskStore.js'
import { streamingTasks } from './streamingTasks.js'
import { unlessInterrupted } from './unlessInterrupted.js'

/**
 * A store of tasks from one of promises, whoever wrote it: whatever it throws is a `Left`, and so is an answer that no
 * store may give. It reads parts and writes pieces, with the whole in memory where the store knows no better.
 *
 *  @laws taskStore ∘ promiseStore and promiseStore ∘ taskStore change nothing that can be seen; no call of the store
 *    begins after its signal has come.
 *  @example const bytes = await taskStore(memoryStore()).read('last')()
 */
export const taskStore = (store: Store): StreamingTaskStore => {
  checkFields(
    'taskStore: store',
    store,
    { read: 'function', write: 'function', list: 'function', remove: 'function' },
    'Pass e.g. memoryStore().',
  )
  const { open, writePieces } = store
  return streamingTasks({
    read: (name, how) => called({ path: name, deed: 'read', how, answer: bytes }, () => store.read(name, how)),
    write: (name, given, how) =>
      called({ path: name, deed: 'written to', how, answer: nothing }, () => store.write(name, given, how)),
    list: called({ path: '(list)', deed: 'listed', answer: items }, () => store.list()),
    remove: (name) => called({ path: name, deed: 'removed from', answer: nothing }, () => store.remove(name)),
    ...(open === undefined
      ? {}
      : {
          open: (name, how) =>
            called({ path: name, deed: 'read', how, answer: opened }, () => open.call(store, name, how)),
        }),
    ...(writePieces === undefined
      ? {}
      : {
          writePieces: (name, source, how) =>
            called({ path: name, deed: 'written to', how, answer: nothing }, () =>
              writePieces.call(store, name, source, how),
            ),
        }),
  })
}

interface Call<A> {
  readonly path: string
  readonly deed: string
  readonly how?: Interruptible | undefined
  readonly answer: Answer<A>
}

/** What a store may give: in words, and whether it did. */
interface Answer<A> {
  readonly words: string
  readonly is: (answer: unknown) => answer is A
}

const called = <A>(
  { path, deed, how = {}, answer }: Call<A>,
  run: () => Promise<unknown>,
): TE.TaskEither<CheckpointError, A> =>
  F.pipe(
    TE.tryCatch(
      () => unlessInterrupted(how, run),
      (cause): CheckpointError =>
        isCheckpointFailed(cause) ? cause.problems : [storeProblem(path, `a store that can be ${deed}`, cause)],
    ),
    TE.flatMapEither((given) => (answer.is(given) ? E.right(given) : E.left(unheard(path, answer.words, given)))),
  )

const unheard = (path: string, wanted: string, answer: unknown): CheckpointError => [
  checkpointProblem('Store', {
    path,
    expected: `a store that gives ${wanted}`,
    found: typeof answer === 'function' ? 'a function, an unrun task' : shown(answer),
    fix: 'make the store by storeFrom; one of tasks goes through promiseStore of polyak/fp',
  }),
]

const bytes: Answer<Uint8Array> = { words: 'bytes (a Uint8Array)', is: isBytes }

const opened: Answer<OpenedItem> = {
  words: 'an opened item { length, read, close }',
  is: (given): given is OpenedItem =>
    typeof given === 'object' &&
    given !== null &&
    'length' in given &&
    Number.isSafeInteger(given.length) &&
    'read' in given &&
    typeof given.read === 'function' &&
    'close' in given &&
    typeof given.close === 'function',
}

const nothing: Answer<void> = {
  words: 'a promise of nothing',
  // it may say what it likes of a deed that is done, but not that it is still to be run, or failed
  is: (given): given is void => typeof given !== 'function' && !isLeft(given),
}

const isLeft = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && '_tag' in given && given._tag === 'Left'

const items: Answer<readonly StoredItem[]> = {
  words: 'a list of { name, time }',
  is: (given): given is readonly StoredItem[] =>
    Array.isArray(given) &&
    given.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        'name' in item &&
        typeof item.name === 'string' &&
        'time' in item &&
        typeof item.time === 'number',
    ),
}
