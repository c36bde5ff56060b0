import { promised } from './promised.js'
import type { Store } from './Store.js'
import type { TaskStore } from './taskStore.js'

/**
 * A store of promises from one of tasks: each call runs its task.
 *
 *  @laws promiseStore ∘ taskStore and taskStore ∘ promiseStore change nothing that can be seen.
 *
 *  @example const store = promiseStore(taskStore(memoryStore()))
 */
export const promiseStore = ({ read, write, list, remove }: TaskStore): Store => ({
  // async: what making a task throws is a rejection too
  read: async (name, how) => promised(read(name, how)),
  write: async (name, bytes, how) => promised(write(name, bytes, how)),
  list: async () => promised(list),
  remove: async (name) => promised(remove(name)),
})
