import type { Store } from './Store.js'
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
export const memoryStore = ({ now = Date.now }: MemoryStoreOptions = {}): Store => {
  const items = new Map<string, { readonly bytes: Uint8Array; readonly time: number }>()
  return storeFrom({
    place: 'memory',
    read: async (name) => items.get(name)?.bytes.slice() ?? null,
    write: async (name, bytes) => {
      items.set(name, { bytes: bytes.slice(), time: now() })
    },
    list: async () => [...items].map(([name, { time }]) => ({ name, time })),
    remove: async (name) => {
      items.delete(name)
    },
  })
}
