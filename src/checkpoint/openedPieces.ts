/** @internal */

import { pieceKey, type Pieces } from './indexedDbEntry.js'
import type { OpenedItem } from './Store.js'

/** Pieces as an opened item. */
export const openedPieces = (
  { at, ends }: Pieces,
  bytesAt: (key: string) => Promise<Uint8Array | undefined>,
  release: () => void,
): OpenedItem => {
  // the piece that was read last: ranges follow each other
  let last: { readonly i: number; readonly bytes: Uint8Array } | undefined
  const piece = async (i: number): Promise<Uint8Array> => {
    if (last?.i === i) return last.bytes
    const bytes = await bytesAt(pieceKey(at, i))
    if (bytes === undefined) throw new Error(`piece ${i} of ${ends.length} is gone`)
    last = { i, bytes }
    return bytes
  }
  return {
    length: ends.at(-1) ?? 0, // no pieces
    read: async ({ begin, end }) => {
      const bytes = new Uint8Array(end - begin)
      for (const [i, stop] of ends.entries()) {
        const start = ends[i - 1] ?? 0 // the first
        if (stop <= begin || start >= end) continue
        const part = (await piece(i)).subarray(Math.max(begin - start, 0), end - start)
        bytes.set(part, Math.max(start - begin, 0))
      }
      return bytes
    },
    close: async () => release(),
  }
}
