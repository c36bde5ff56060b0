/** Inside the room. @internal */

import type { StoredItem } from './Store.js'
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
 * turns, name by name.
 */
export const opfsPlace = (folder: string): StorePlace => {
  const root = async (): Promise<FileSystemDirectoryHandle> =>
    (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true })
  const turn = <A>(name: string, mode: LockMode, run: () => Promise<A>): Promise<A> =>
    takeTurns(`polyak/${folder}/${name}`, mode, run)
  return {
    place: `the private file system of this origin, folder ${folder}`,
    read: (name) =>
      turn(name, 'shared', async () => {
        const handle = await (await root()).getFileHandle(name).catch(nullWhereAbsent)
        const file = await handle?.getFile()
        return file === undefined || file.size === 0 ? null : new Uint8Array(await file.arrayBuffer())
      }),
    write: (name, bytes, { signal }) =>
      turn(name, 'exclusive', async () => {
        const handle = await (await root()).getFileHandle(name, { create: true })
        const swap = await handle.createWritable()
        try {
          await swap.write(unshared(bytes))
          signal?.throwIfAborted()
        } catch (cause) {
          await swap.abort().catch(() => null)
          throw cause
        }
        await swap.close()
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

const nullWhereAbsent = (cause: unknown): null => {
  if (cause instanceof DOMException && cause.name === 'NotFoundError') return null
  throw cause
}

// The file system takes no memory shared between threads.
const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : Uint8Array.from(bytes)
