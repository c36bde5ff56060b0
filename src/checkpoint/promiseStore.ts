import { checkFields } from '../scalars/checkFields.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { promised } from './promised.js'
import type { Interruptible, PartToRead, StreamingStore } from './Store.js'
import { streamingTasks } from './streamingTasks.js'
import type { TaskStore } from './StreamingTaskStore.js'

/**
 * A store of promises from one of tasks: each call runs its task. It reads parts and writes pieces, with the whole in
 * memory where the store of tasks knows no better.
 *
 *  @laws promiseStore ∘ taskStore and taskStore ∘ promiseStore change nothing that can be seen.
 *  @example const store = promiseStore(taskStore(memoryStore()))
 */
export const promiseStore = (tasks: TaskStore): StreamingStore => {
  checkFields(
    'promiseStore: tasks',
    tasks,
    { read: 'function', write: 'function', list: 'function', remove: 'function' },
    'Pass e.g. memoryStoreTask().',
  )
  const { read, write, list, remove, size, open, writePieces } = streamingTasks(tasks)
  return Object.defineProperties(
    {
      // async: what making a task throws is a rejection too
      read: async (name, how = {}) => promised(read(name, toRead(how))),
      write: async (name, bytes, how = {}) => promised(write(name, bytes, toEnd(how))),
      size: async (name, how = {}) => promised(size(name, toEnd(how))),
      list: async () => promised(list),
      remove: async (name) => promised(remove(name)),
    } satisfies StreamingStore,
    // not copied by { ...store }: a copy that reads or writes in another way would be gone around
    hidden({
      open: async (name, how = {}) => promised(open(name, toEnd(how))),
      writePieces: async (name, source, how = {}) => promised(writePieces(name, source, toEnd(how))),
    }),
  )
}

const toRead = knownOnly<PartToRead>('read of a store', { begin: true, end: true, signal: true })
const toEnd = knownOnly<Interruptible>('a store', { signal: true })

const hidden = (members: Required<Pick<StreamingStore, 'open' | 'writePieces'>>): PropertyDescriptorMap =>
  Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value }]))
