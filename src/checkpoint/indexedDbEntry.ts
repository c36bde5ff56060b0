/** @internal */

import type { StoredItem } from './Store.js'

/** What stands in the table `times`. Without pieces, the bytes are one value under the name. */
export interface Entry extends StoredItem {
  readonly pieces?: Pieces
}

/** Where the pieces of a version stand, and where each ends in the whole. */
export interface Pieces {
  readonly at: string
  readonly ends: readonly number[]
}

/** No name of a store has a `/`, so that pieces stand beside what is written whole. */
export const pieceKey = (at: string, i: number): string => `${at}/${i}`
/** The keys of all pieces of a version. */
export const piecesAt = (at: string): IDBKeyRange => IDBKeyRange.bound(`${at}/`, `${at}0`, false, true) // 0 comes after /
/** The keys of all that a name stands for. */
export const keysOf = (name: string, entry: Entry | undefined): readonly string[] => {
  const pieces = entry?.pieces
  return pieces === undefined ? [name] : pieces.ends.map((_end, i) => pieceKey(pieces.at, i))
}
