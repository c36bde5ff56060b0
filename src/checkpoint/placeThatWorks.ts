/** Inside the room. @internal */

import { indexedDbPlace } from './indexedDbPlace.js'
import { opfsPlace } from './opfsPlace.js'
import { opfsTrial } from './opfsTrial.js'
import type { StorePlace } from './storeFrom.js'

/**
 * The private file system if a trial there goes well, else IndexedDB; never away from where bytes of this folder already
 * lie, and not because the disk is full.
 */
export const placeThatWorks = async (folder: string): Promise<StorePlace> => {
  const opfs = opfsPlace(folder)
  const indexedDb = indexedDbPlace(folder)
  const failed = await opfsTrial(opfs)
  if (await holds(opfs))
    return failed === null
      ? opfs
      : { ...opfs, place: `${opfs.place}, which already holds files (so IndexedDB is not used instead),` }
  if (failed === null) return (await exists(folder)) && (await holds(indexedDb)) ? indexedDb : opfs
  const { cause } = failed
  if (cause instanceof DOMException && cause.name === 'QuotaExceededError') return opfs
  return { ...indexedDb, place: `${indexedDb.place} (its private file system refused: ${String(cause)})` }
}

const holds = async (place: StorePlace): Promise<boolean> => {
  try {
    return (await place.list()).length > 0
  } catch {
    return false // what cannot be listed cannot be read either
  }
}

// Looking into a data base would make it.
const exists = async (folder: string): Promise<boolean> => {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === folder)
  } catch {
    return false // older browsers do not tell, and private windows refuse
  }
}
