/** Inside the room. @internal */

import type { StoredItem } from './Store.js'
import type { StorePlace } from './storeFrom.js'

/** A data base of IndexedDB: bytes and times in two tables, written in one transaction, so that a list reads no
 *  bytes. */
export const indexedDbPlace = (folder: string): StorePlace => {
  /** Opens, runs one transaction, and closes; resolves once the transaction is complete. */
  const once = async <A>(
    mode: IDBTransactionMode,
    tables: readonly string[],
    run: (table: (name: string) => IDBObjectStore) => IDBRequest<A>,
  ): Promise<A> => {
    const database = await opened(folder)
    try {
      const all = database.transaction(tables, mode, { durability: 'strict' })
      const request = startedOrAborted(all, () => run((name) => all.objectStore(name)))
      await new Promise<void>((resolve, reject) => {
        all.addEventListener('complete', () => resolve())
        all.addEventListener('abort', () =>
          reject(all.error ?? new DOMException('the transaction was aborted', 'AbortError')),
        )
      })
      return request.result
    } finally {
      database.close()
    }
  }
  /** Each of ours may be run twice: what it leaves is the same. */
  const transaction: typeof once = async (mode, tables, run) => {
    try {
      return await once(mode, tables, run)
    } catch (cause) {
      if (!(cause instanceof DOMException && lostConnection.has(cause.name))) throw cause
      return once(mode, tables, run)
    }
  }
  return {
    place: `the data base ${folder} of this origin`,
    read: async (name) => {
      // Only `write` puts anything there.
      const bytes = (await transaction('readonly', ['bytes'], (table) => table('bytes').get(name))) as
        Uint8Array | undefined
      return bytes ?? null
    },
    write: async (name, bytes) => {
      const time = Date.now()
      await transaction('readwrite', ['bytes', 'times'], (table) => {
        // A copy: cloning a view would store the whole buffer behind it.
        table('bytes').put(bytes.slice(), name)
        return table('times').put({ name, time } satisfies StoredItem, name)
      })
    },
    // Only `write` puts anything there.
    list: async () =>
      (await transaction('readonly', ['times'], (table) => table('times').getAll())) as readonly StoredItem[],
    remove: async (name) => {
      await transaction('readwrite', ['bytes', 'times'], (table) => {
        table('bytes').delete(name)
        return table('times').delete(name)
      })
    },
  }
}

/** The browser closed the data base before the transaction began, or during it; Safari's server of it went away. */
const lostConnection: ReadonlySet<string> = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

// A transaction commits what was asked of it before an exception, unless it is told not to.
const startedOrAborted = <A>(all: IDBTransaction, run: () => A): A => {
  try {
    return run()
  } catch (cause) {
    all.abort()
    throw cause
  }
}

const opened = (folder: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(folder, 1)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('bytes')
      request.result.createObjectStore('times')
    })
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the data base could not be opened')))
    request.addEventListener('blocked', () => reject(new Error('another page holds an older version of it open')))
  })
