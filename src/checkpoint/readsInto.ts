/** @internal */

import type { OpenedItem } from './Store.js'

/** Fills some bytes with those of an opened item, from a place on. */
export type ReadsInto = (into: Uint8Array, begin: number) => Promise<void>

/** How an opened item reads into memory that is there already, where it can: new memory costs more than reading. Known by
 *  the item itself and no member of it, so that a copy of one that reads in another way is not gone around. */
export const readsInto = new WeakMap<OpenedItem, ReadsInto>()
