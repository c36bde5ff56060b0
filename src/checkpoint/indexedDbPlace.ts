/** Inside the room. @internal */

import { copyOf } from './copyOf.js'
import { heldTurn } from './heldTurn.js'
import { type Entry, keysOf, pieceKey, piecesAt } from './indexedDbEntry.js'
import { openedPieces } from './openedPieces.js'
import { indexedDbSweep } from './indexedDbSweep.js'
import { indexedDbTransactions, type Tables } from './indexedDbTransactions.js'
import { openedBytes } from './openedBytes.js'
import type { StorePlace } from './storeFrom.js'

/** A data base of IndexedDB: bytes and times in two tables, so that a list reads no bytes.
 *
 *  A transaction ends when the program waits for a device: pieces go in under fresh keys, a transaction each, and the last
 *  one turns the entry of the name to them and deletes what it stood for. That waits until nobody has the name open. */
export const indexedDbPlace = (folder: string): StorePlace => {
  const transaction = indexedDbTransactions(folder)
  /** Runs alone with a name, once nobody has it open; at once where there are no locks. */
  const alone = async <A>(name: string, run: () => Promise<A>): Promise<A> => {
    const release = await heldTurn(`polyak-db/${folder}/${name}`, 'exclusive')
    try {
      return await run()
    } finally {
      release?.()
    }
  }
  const entryOf = (name: string): Promise<Entry | undefined> =>
    transaction('readonly', ['times'], (table): IDBRequest<Entry | undefined> => table('times').get(name))
  const bytesAt = (key: string): Promise<Uint8Array | undefined> =>
    transaction('readonly', ['bytes'], (table): IDBRequest<Uint8Array | undefined> => table('bytes').get(key))
  /** All pieces, of one version: they are read in one transaction. */
  const read = async (name: string): Promise<Uint8Array | null> => {
    let found: readonly IDBRequest<Uint8Array>[] = []
    const entry = await transaction('readonly', ['bytes', 'times'], (table): IDBRequest<Entry | undefined> => {
      const asked: IDBRequest<Entry | undefined> = table('times').get(name)
      asked.addEventListener('success', () => {
        found = keysOf(name, asked.result).map((key): IDBRequest<Uint8Array> => table('bytes').get(key))
      })
      return asked
    })
    return entry === undefined ? null : joined(found.map(({ result }) => result))
  }
  return {
    place: `the data base ${folder} of this origin`,
    read,
    write: (name, bytes) =>
      alone(name, async () => {
        const time = Date.now()
        await transaction('readwrite', ['bytes', 'times'], (table) => {
          // A copy: cloning a view would store the whole buffer behind it.
          table('bytes').put(copyOf(bytes), name)
          return turned(table, name, { name, time })
        })
      }),
    open: async (name) => {
      const release = await heldTurn(`polyak-db/${folder}/${name}`, 'shared')
      try {
        const entry = release === null ? undefined : await entryOf(name)
        if (release !== null && entry?.pieces !== undefined) return openedPieces(entry.pieces, bytesAt, release)
        const bytes = await read(name)
        release?.()
        return bytes === null ? null : openedBytes(bytes)
      } catch (cause) {
        release?.()
        throw cause
      }
    },
    writePieces: async (name, source) => {
      await indexedDbSweep(transaction)
      const at = `${name}/${Date.now()}-${crypto.randomUUID()}`
      const ends: number[] = []
      try {
        for await (const piece of source.pieces()) {
          const key = pieceKey(at, ends.length)
          await transaction('readwrite', ['bytes'], (table) => table('bytes').put(copyOf(piece), key), 'relaxed')
          ends.push((ends.at(-1) ?? 0) + piece.length) // the first begins at 0
        }
        await alone(name, async () => {
          const time = Date.now()
          await transaction('readwrite', ['bytes', 'times'], (table) => {
            const there = table('bytes').count(piecesAt(at))
            there.addEventListener('success', () => {
              if (there.result !== ends.length) there.transaction?.abort()
            })
            table('bytes').delete(name)
            return turned(table, name, { name, time, pieces: { at, ends } })
          })
        })
      } catch (cause) {
        await transaction('readwrite', ['bytes'], (table) => table('bytes').delete(piecesAt(at))).catch(() => null)
        throw cause
      }
    },
    list: async () => {
      const entries = await transaction('readonly', ['times'], (table): IDBRequest<Entry[]> => table('times').getAll())
      return entries.map(({ name, time }) => ({ name, time }))
    },
    remove: (name) =>
      alone(name, async () => {
        await transaction('readwrite', ['bytes', 'times'], (table) => {
          table('bytes').delete(name)
          return turned(table, name, null)
        })
      }),
  }
}

/** Puts an entry in the place of another, or none, and deletes the pieces of that one. */
const turned = (table: Tables, name: string, next: Entry | null): IDBRequest<Entry | undefined> => {
  const before: IDBRequest<Entry | undefined> = table('times').get(name)
  before.addEventListener('success', () => {
    const pieces = before.result?.pieces
    if (pieces !== undefined) table('bytes').delete(piecesAt(pieces.at))
  })
  if (next === null) table('times').delete(name)
  else table('times').put(next, name)
  return before
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0)
  return bytes
}
