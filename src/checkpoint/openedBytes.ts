/** @internal */

import type { OpenedItem } from './Store.js'

/** Bytes in memory, which nobody changes any more, as an opened item; what is read are views of them. */
export const openedBytes = (bytes: Uint8Array): OpenedItem => ({
  length: bytes.length,
  read: async ({ begin, end }) => bytes.subarray(begin, end),
  close: async () => undefined,
})
