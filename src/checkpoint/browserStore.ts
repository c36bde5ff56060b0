import { knownOnly } from '../scalars/knownOnly.js'
import { shown } from '../scalars/shown.js'
import { indexedDbPlace } from './indexedDbPlace.js'
import { opfsPlace } from './opfsPlace.js'
import { placeThatWorks } from './placeThatWorks.js'
import { promiseStore } from './promiseStore.js'
import type { StreamingStore } from './Store.js'
import { type StorePlace, storeFrom } from './storeFrom.js'
import { isStoreName } from './storeName.js'
import type { StreamingTaskStore } from './StreamingTaskStore.js'
import { taskStore } from './taskStore.js'

export interface BrowserStoreOptions {
  /** The folder, or the data base, of this origin in which the bytes lie; default `polyak`. */
  readonly folder?: string
  /** `opfs`, the origin's private file system; `indexeddb`, which every browser has; `auto` (default): the first that
   *  works. */
  readonly kind?: 'auto' | 'opfs' | 'indexeddb'
}

/**
 * A store in the browser: the origin's private file system where it can write from a page, IndexedDB elsewhere.
 *
 * With `auto`, the first use writes a file for a trial, once for each store. Where the private file system refuses it
 * (private windows), IndexedDB is used, and stays in use while it holds anything of this folder. Not so if files already
 * lie in the private file system, which would seem lost, or if the disk is full: the error of each write then says so.
 *
 * Tabs and workers of one origin may use one folder at the same time: reads and writes of a name wait for each other
 * (Web Locks; short waits and new tries where there are none). A connection to IndexedDB that the browser closed is
 * opened once more.
 *
 * Each write appears whole or not at all. The browser may throw the data away when space gets short, unless the page
 * asked for `navigator.storage.persist()`.
 *
 * Throws `TypeError` for an unknown kind or a folder that is no `storeName`.
 *
 *  @example const store = browserStore({ folder: 'run-1' })
 */
export const browserStore = (options: BrowserStoreOptions = {}): StreamingStore => {
  const { folder = 'polyak', kind = 'auto' } = known(options)
  if (!isStoreName(folder))
    throw new TypeError(
      `browserStore: folder must be a plain name of letters, digits and . _ + = @ -, found ${shown(folder)}`,
    )
  if (kind !== 'auto' && kind !== 'opfs' && kind !== 'indexeddb')
    throw new TypeError(`browserStore: kind must be 'auto', 'opfs' or 'indexeddb', found ${shown(kind)}`)
  if (kind === 'auto' && hasOpfs()) return storeOnceFound(() => placeThatWorks(folder))
  return storeFrom(kind === 'opfs' ? opfsPlace(folder) : indexedDbPlace(folder))
}

const known = knownOnly<BrowserStoreOptions>('browserStore', { folder: true, kind: true })

/** Looks for the place at the first use, and no more. */
const storeOnceFound = (find: () => Promise<StorePlace>): StreamingStore => {
  let found: Promise<StreamingTaskStore> | undefined
  const tasks = () => (found ??= find().then((place) => taskStore(storeFrom(place))))
  return promiseStore({
    read: (name, how) => async () => (await tasks()).read(name, how)(),
    write: (name, bytes, how) => async () => (await tasks()).write(name, bytes, how)(),
    list: async () => (await tasks()).list(),
    remove: (name) => async () => (await tasks()).remove(name)(),
    open: (name, how) => async () => (await tasks()).open(name, how)(),
    writePieces: (name, source, how) => async () => (await tasks()).writePieces(name, source, how)(),
  })
}

// Safari before 26 has the file system, but writes to it only in workers and in another way.
const hasOpfs = (): boolean =>
  typeof globalThis.FileSystemFileHandle === 'function' &&
  'createWritable' in globalThis.FileSystemFileHandle.prototype &&
  typeof globalThis.navigator.storage?.getDirectory === 'function'
