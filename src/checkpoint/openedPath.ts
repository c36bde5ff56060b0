/** @internal */
import { open } from 'node:fs/promises'
import { readsInto } from './readsInto.js'
import type { ByteRange, Interruptible, OpenedItem } from './Store.js'

/** An opened file: it stays the version it was, whatever is renamed over its name. */
export interface OpenedPath extends OpenedItem {
  /** Fills some bytes with those of the file, from a place on. */
  readonly fill: (bytes: Uint8Array, begin: number) => Promise<void>
}

/** Opens a file for reading. */
export const openedPath = async (path: string): Promise<OpenedPath> => {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    // `readFile` stops at 2 GiB, and one `read` may give less than was asked for.
    const fill = async (bytes: Uint8Array, begin: number): Promise<void> => {
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, pieceBytes), begin + at)
        if (bytesRead === 0) throw new Error(`the file ended at byte ${begin + at} of ${size}`)
        at += bytesRead
      }
    }
    const read = async ({ begin, end }: ByteRange): Promise<Uint8Array> => {
      const bytes = new Uint8Array(end - begin)
      await fill(bytes, begin)
      return bytes
    }
    const opened = { length: size, fill, read, close: () => file.close() }
    readsInto.set(opened, fill)
    return opened
  } catch (cause) {
    await file.close()
    throw cause
  }
}

/** All of a file, however large. */
export const readPath = async (path: string, { signal }: Interruptible = {}): Promise<Uint8Array> => {
  const file = await openedPath(path)
  try {
    const bytes = new Uint8Array(file.length)
    // In pieces, for the signal.
    for (let begin = 0; begin < bytes.length; begin += pieceBytes) {
      signal?.throwIfAborted()
      await file.fill(bytes.subarray(begin, begin + pieceBytes), begin)
    }
    return bytes
  } finally {
    await file.close()
  }
}

const pieceBytes = 2 ** 28
