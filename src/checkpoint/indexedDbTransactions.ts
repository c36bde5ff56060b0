/** @internal */

/** Runs one transaction; resolves to what its request gave, once the transaction is complete. */
export type Transaction = <A>(
  mode: IDBTransactionMode,
  tables: readonly string[],
  run: (table: Tables) => IDBRequest<A>,
  /** Default `strict`. */
  durability?: IDBTransactionDurability,
) => Promise<A>

/** The tables of a transaction, by name. */
export type Tables = (name: string) => IDBObjectStore

/** The transactions of a data base of two tables, `bytes` and `times`. Each must bear being run twice. */
export const indexedDbTransactions = (folder: string): Transaction => {
  /** Opens, runs one transaction, and closes; resolves once the transaction is complete. */
  const once: Transaction = async (mode, tables, run, durability = 'strict') => {
    const database = await opened(folder)
    try {
      const all = database.transaction(tables, mode, { durability })
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
  return async (mode, tables, run, durability) => {
    try {
      return await once(mode, tables, run, durability)
    } catch (cause) {
      if (!(cause instanceof DOMException && lostConnection.has(cause.name))) throw cause
      return once(mode, tables, run, durability)
    }
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
