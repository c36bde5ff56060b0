/** @internal */

import type { ByteSource } from './Store.js'

/** Bytes where they lie, not copied: to be written at once, and handed to nobody. */
export interface Lent {
  /** One after the other in the file, at least one byte of them. */
  readonly views: readonly Uint8Array[]
  /** Whether they still lie there. Asked when they are written: where not, what was written may be anything, and the place
   *  is to be written once more. (The heap of wasm moves when it grows; tensors move from backend to backend.) */
  readonly intact: () => boolean
}

/** What lends the bytes of a source. */
export interface Lender {
  /** Some bytes of the file from a place on; what was lent before is given back then. */
  readonly from: (begin: number) => Lent
  readonly close: () => void
}

/** The lender of a source whose bytes are in the memory of this program; it gives null where they are not, now. Known by the
 *  source itself and no member of it, so that a source that changes another's pieces is not gone around. */
export const lentBytes = new WeakMap<ByteSource, () => Lender | null>()
