import { knownOnly } from '../scalars/knownOnly.js'
import { copyOf } from './copyOf.js'
import { gathered } from './gathered.js'
import { openedBytes } from './openedBytes.js'
import type { StreamingStore } from './Store.js'
import { storeFrom } from './storeFrom.js'

export interface MemoryStoreOptions {
  /** The clock, in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

/**
 * A store in the memory of this process, for tests and for moving bytes about; bytes are copied in and out.
 *
 *  @example const store = memoryStore()
 */
export const memoryStore = (options: MemoryStoreOptions = {}): StreamingStore => {
  const { now = Date.now } = known(options)
  const items = new Map<string, { readonly bytes: Uint8Array; readonly time: number }>()
  const put = (name: string, bytes: Uint8Array): void => {
    items.set(name, { bytes, time: now() })
  }
  return storeFrom({
    place: 'memory',
    read: async (name) => items.get(name)?.bytes.slice() ?? null,
    write: async (name, bytes) => put(name, copyOf(bytes)),
    open: async (name) => {
      const bytes = items.get(name)?.bytes
      if (bytes === undefined) return null
      return { ...openedBytes(bytes), read: async ({ begin, end }) => bytes.slice(begin, end) }
    },
    writePieces: async (name, source) => put(name, await gathered(source)),
    list: async () => [...items].map(([name, { time }]) => ({ name, time })),
    remove: async (name) => {
      items.delete(name)
    },
  })
}

const known = knownOnly<MemoryStoreOptions>('memoryStore', { now: true })
