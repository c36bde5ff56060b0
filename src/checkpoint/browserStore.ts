import { shown } from '../scalars/shown.js'
import { indexedDbPlace } from './indexedDbPlace.js'
import { opfsPlace } from './opfsPlace.js'
import type { Store } from './Store.js'
import { storeFrom } from './storeFrom.js'
import { isStoreName } from './storeName.js'

export interface BrowserStoreOptions {
  /** The folder, or the data base, of this origin in which the bytes lie; default `polyak`. */
  readonly folder?: string
  /** `opfs`, the origin's private file system; `indexeddb`, which every browser has; `auto` (default): the first that
   *  is there. */
  readonly kind?: 'auto' | 'opfs' | 'indexeddb'
}

/**
 * A store in the browser: the origin's private file system where it can write from a page, IndexedDB elsewhere.
 *
 * Each write appears whole or not at all. The browser may throw the data away when space gets short, unless the page
 * asked for `navigator.storage.persist()`.
 *
 * Throws `TypeError` for an unknown kind or a folder that is no `storeName`.
 *
 * Example: `const store = browserStore({ folder: 'run-1' })`
 */
export const browserStore = ({ folder = 'polyak', kind = 'auto' }: BrowserStoreOptions = {}): Store => {
  if (!isStoreName(folder))
    throw new TypeError(
      `browserStore: folder must be a plain name of letters, digits and . _ + = @ -, found ${shown(folder)}`,
    )
  if (kind !== 'auto' && kind !== 'opfs' && kind !== 'indexeddb')
    throw new TypeError(`browserStore: kind must be 'auto', 'opfs' or 'indexeddb', found ${shown(kind)}`)
  return storeFrom(kind === 'opfs' || (kind === 'auto' && hasOpfs()) ? opfsPlace(folder) : indexedDbPlace(folder))
}

// Safari before 26 has the file system, but writes to it only in workers and in another way.
const hasOpfs = (): boolean =>
  typeof globalThis.FileSystemFileHandle === 'function' &&
  'createWritable' in globalThis.FileSystemFileHandle.prototype &&
  typeof globalThis.navigator.storage?.getDirectory === 'function'
