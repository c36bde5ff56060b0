/** Inside the room. @internal */

import { heldTurn } from './heldTurn.js'
import { openedBytes } from './openedBytes.js'
import type { Interruptible, StoredItem } from './Store.js'
import type { StorePlace } from './storeFrom.js'
import { isStoreName } from './storeName.js'
import { takeTurns } from './takeTurns.js'

/**
 * A folder of the origin's private file system.
 *
 * A file is written beside itself and swapped in when it is closed. A new name is there with 0 bytes before that, and
 * stays so if the page dies then: a file of 0 bytes is therefore no file here.
 *
 * A read would fail where another tab swaps the file in before it is done, and a write where one removes it: they take
 * turns, name by name. An opened file keeps its turn until it is closed; where there are no turns, it is read whole.
 */
export const opfsPlace = (folder: string): StorePlace => {
  const root = async (): Promise<FileSystemDirectoryHandle> =>
    (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true })
  const lockOf = (name: string): string => `polyak/${folder}/${name}`
  const turn = <A>(name: string, mode: LockMode, run: () => Promise<A>): Promise<A> =>
    takeTurns(lockOf(name), mode, run)
  const fileOf = async (name: string): Promise<File | null> => {
    const handle = await (await root()).getFileHandle(name).catch(nullWhereAbsent)
    const file = await handle?.getFile()
    return file === undefined || file.size === 0 ? null : file
  }
  const read = (name: string): Promise<Uint8Array | null> =>
    turn(name, 'shared', async () => wholeOf(await fileOf(name)))
  const swapIn = (name: string, { signal }: Interruptible, fill: Fill): Promise<void> =>
    turn(name, 'exclusive', async () => {
      const handle = await (await root()).getFileHandle(name, { create: true })
      const swap = await handle.createWritable()
      try {
        await fill(swap)
        signal?.throwIfAborted()
      } catch (cause) {
        await swap.abort().catch(() => null)
        throw cause
      }
      await swap.close()
    })
  return {
    place: `the private file system of this origin, folder ${folder}`,
    read,
    write: (name, bytes, how) => swapIn(name, how, (swap) => swap.write(unshared(bytes))),
    open: async (name) => {
      const release = await heldTurn(lockOf(name), 'shared')
      // a write would break the reading off
      if (release === null) return openedOrNull(await read(name))
      try {
        const file = await fileOf(name)
        if (file !== null)
          return {
            length: file.size,
            read: async ({ begin, end }) => new Uint8Array(await file.slice(begin, end).arrayBuffer()),
            close: async () => release(),
          }
        release()
        return null
      } catch (cause) {
        release()
        throw cause
      }
    },
    writePieces: (name, source, how) =>
      swapIn(name, how, async (swap) => {
        for await (const piece of source.pieces()) await swap.write(unshared(piece))
      }),
    list: async () => {
      const items: StoredItem[] = []
      for await (const [name, handle] of (await root()).entries()) {
        if (handle.kind !== 'file' || !isStoreName(name)) continue
        const file = await turn(name, 'shared', () => handle.getFile()).catch(nullWhereAbsent)
        if (file !== null && file.size > 0) items.push({ name, time: file.lastModified })
      }
      return items
    },
    remove: (name) =>
      turn(name, 'exclusive', async () => {
        await (await root()).removeEntry(name).catch(nullWhereAbsent)
      }),
  }
}

type Fill = (swap: FileSystemWritableFileStream) => Promise<void>

const wholeOf = async (file: File | null): Promise<Uint8Array | null> =>
  file === null ? null : new Uint8Array(await file.arrayBuffer())

const openedOrNull = (bytes: Uint8Array | null) => (bytes === null ? null : openedBytes(bytes))

const nullWhereAbsent = (cause: unknown): null => {
  if (cause instanceof DOMException && cause.name === 'NotFoundError') return null
  throw cause
}

// The file system takes no memory shared between threads.
const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : Uint8Array.from(bytes)
