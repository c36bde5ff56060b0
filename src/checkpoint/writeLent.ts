/** @internal */

import type { FileHandle } from 'node:fs/promises'
import type { Lender } from './lentBytes.js'
import type { Interruptible } from './Store.js'

/** Writes what is lent into a file, each byte to its place: what did not stay where it lay is written once more. */
export const writeLent = async (
  file: Pick<FileHandle, 'writev'>,
  length: number,
  lender: Lender,
  { signal }: Interruptible,
): Promise<void> => {
  try {
    for (let at = 0; at < length;) {
      signal?.throwIfAborted()
      const { views, intact } = lender.from(at)
      try {
        const { bytesWritten } = await file.writev(views, at)
        if (intact()) at += bytesWritten
      } catch (cause) {
        // memory that is gone cannot be read either
        if (intact()) throw cause
      }
    }
  } finally {
    lender.close()
  }
}
