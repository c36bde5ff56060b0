/** @internal */

import type { ByteSource } from './Store.js'

/** All pieces in one array, for places that take nothing else. */
export const gathered = async ({ length, pieces }: ByteSource): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length)
  let at = 0
  for await (const piece of pieces()) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
