/** @internal */

import { type Entry, piecesAt } from './indexedDbEntry.js'
import type { Transaction } from './indexedDbTransactions.js'

/** Deletes pieces that no entry points to, once they are old: a page that died left them. */
export const indexedDbSweep = async (transaction: Transaction): Promise<void> => {
  await transaction('readwrite', ['bytes', 'times'], (table) => {
    const entries: IDBRequest<Entry[]> = table('times').getAll()
    const keys = table('bytes').getAllKeys(IDBKeyRange.lowerBound(''))
    keys.addEventListener('success', () => {
      const known = new Set(entries.result.map(({ pieces }) => pieces?.at))
      const begun = new Map(keys.result.flatMap((key) => (typeof key === 'string' ? orphanOf(key, known) : [])))
      for (const [at, time] of begun) if (Date.now() - time > staleMilliseconds) table('bytes').delete(piecesAt(at))
    })
    return keys
  })
}

const orphanOf = (key: string, known: ReadonlySet<string | undefined>): readonly (readonly [string, number])[] => {
  // what is no piece has neither
  const { at, time } = /^(?<at>[^/]+\/(?<time>\d+)-[^/]+)\/\d+$/.exec(key)?.groups ?? {}
  return at === undefined || known.has(at) ? [] : [[at, Number(time)]]
}

const staleMilliseconds = 3_600_000
