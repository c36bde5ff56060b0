import { fsync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { knownOnly } from '../scalars/knownOnly.js'
import { shown } from '../scalars/shown.js'
import type { ByteSource, Interruptible, StoredItem, StreamingStore } from './Store.js'
import { lentBytes } from './lentBytes.js'
import { openedPath, readPath } from './openedPath.js'
import { storeFrom } from './storeFrom.js'
import { isStoreName } from './storeName.js'
import { writeLent } from './writeLent.js'

export interface FileStoreOptions {
  /** Where the files lie; made at the first write. */
  readonly folder: string
}

/**
 * A store of plain files in one folder, for Node.
 *
 *  ```text
 *  write = open the folder · temporary file beside the target · fsync · rename over the target · fsync of the folder
 *  ```
 *
 * A process killed at any moment, a full disk or a failing write leaves the previous file whole; a power cut too, as
 * far as the file system keeps its word. What a killed process left is cleaned up by the next `list`, and by the next
 * `write` of that name, once it has lain untouched for two minutes: another container may have the same host name, and
 * other processes under the same numbers. What can fail for want of a handle fails before the deed. Pieces go into the
 * temporary file as they come, and ranges are read from an open file, which stays the version it was.
 *
 * Throws `TypeError` where `folder` is no path.
 *
 *  @example const store = fileStore({ folder: 'checkpoints' })
 */
export const fileStore = (options: FileStoreOptions): StreamingStore => {
  const { folder } = known(options)
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0'))
    throw new TypeError(`fileStore: folder must be a path, found ${shown(folder)}; pass '.' for the current folder`)
  const root = resolve(folder)
  const put = async (name: string, fill: Fill, how: Interruptible): Promise<void> => {
    await mkdir(root, { recursive: true })
    // before the write, so that it finds the room
    await sweep(root, (owner) => owner === name).catch(() => null)
    await synced(root, () => writeAtomically(root, name, fill, how))
  }
  return storeFrom({
    place: `the folder ${root}`,
    read: (name, how) => readPath(join(root, name), how).catch(nullWhereAbsent),
    write: (name, bytes, how) => put(name, (file) => file.writeFile(bytes, signalOf(how)), how),
    open: (name) => openedPath(join(root, name)).catch(nullWhereAbsent),
    writePieces: (name, source, how) => put(name, (file) => writeAll(file, source, how), how),
    list: async () => {
      const files = (await sweep(root, () => true).catch(nullWhereAbsent)) ?? [] // no folder, no files
      const items = files.filter(isStoreName).map((name) => itemOf(root, name))
      return (await Promise.all(items)).flatMap((item) => item ?? []) // gone meanwhile
    },
    remove: async (name) => {
      await synced(root, () => rm(join(root, name), { force: true })).catch(nullWhereAbsent)
    },
  })
}

const known = knownOnly<FileStoreOptions>('fileStore', { folder: 'required' })

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : undefined)

const nullWhereAbsent = (cause: unknown): null => {
  if (codeOf(cause) === 'ENOENT') return null
  throw cause
}

const itemOf = (root: string, name: string): Promise<StoredItem | null> =>
  stat(join(root, name)).then(({ mtimeMs }) => ({ name, time: mtimeMs }), nullWhereAbsent)

/** Writes all bytes into a new file. */
type Fill = (file: FileHandle) => Promise<void>

const signalOf = ({ signal }: Interruptible) => (signal === undefined ? {} : { signal })

const writeAll = async (file: FileHandle, source: ByteSource, how: Interruptible): Promise<void> => {
  const lender = lentBytes.get(source)?.() ?? null
  if (lender !== null) return writeLent(file, source.length, lender, how)
  for await (const piece of source.pieces())
    for (let at = 0; at < piece.length;) at += (await file.write(piece, at, piece.length - at)).bytesWritten
}

const writeAtomically = async (root: string, name: string, fill: Fill, { signal }: Interruptible): Promise<void> => {
  const temporary = join(root, temporaryName(name))
  inFlight.add(temporary)
  try {
    const file = await open(temporary, 'wx')
    try {
      await fill(file)
      await onDisk(file)
    } finally {
      await file.close()
    }
    signal?.throwIfAborted()
    await rename(temporary, join(root, name))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => null)
    throw cause
  } finally {
    inFlight.delete(temporary)
  }
}

// What this process is writing, in any of its stores.
const inFlight = new Set<string>()

// A change is on disk only when its folder is. The folder is opened first: a process without handles to spare must not
// learn that after the deed. Some systems cannot sync a folder: there it is best effort.
const synced = async (root: string, deed: () => Promise<void>): Promise<void> => {
  const folder = await open(root, 'r').catch(nullWhereUnsyncable)
  try {
    await deed()
    if (folder !== null) await onDisk(folder).catch(nullWhereUnsyncable)
  } finally {
    await folder?.close()
  }
}

/** Where Yarn's PnP stands before the file system, its handles lack `sync`; the file has its number all the same. */
const onDisk = (file: FileHandle): Promise<void> =>
  process.versions['pnp'] === undefined ? file.sync() : promisify(fsync)(file.fd)

const nullWhereUnsyncable = (cause: unknown): null => {
  if (cannotSyncFolders.has(codeOf(cause))) return null
  throw cause
}

const cannotSyncFolders: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES', 'EBADF'])

// `.<name>.<host>.<process>.<random>.tmp`: says whose write it was, and is no name that the store takes.
const host = hostname()
  .replaceAll(/[^A-Za-z0-9-]/g, '-')
  .slice(0, 60)
const temporaryName = (name: string): string => `.${name}.${host}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`
const temporaryPattern = /^\.(?<owner>.+)\.(?<writer>[A-Za-z0-9-]*)\.(?<pid>\d+)\.[0-9a-f]{8}\.tmp$/

/** The files of a folder, after what the dead left for some names has been removed: what a process wrote that is gone,
 *  and anything, maybe of another machine or under a number that was given away again, after an hour. */
const sweep = async (root: string, ofName: (owner: string) => boolean): Promise<readonly string[]> => {
  const files = (await readdir(root, { withFileTypes: true })).filter((file) => file.isFile()).map(({ name }) => name)
  await Promise.all(
    files.map(async (file) => {
      const path = join(root, file)
      // what is no temporary file has none of them
      const { owner, writer, pid } = temporaryPattern.exec(file)?.groups ?? {}
      if (owner === undefined || !ofName(owner) || inFlight.has(path)) return
      const info = await stat(path).catch(nullWhereAbsent)
      const age = info === null ? 0 : Date.now() - info.mtimeMs
      const gone = writer === host && !isAlive(Number(pid))
      if (age > (gone ? orphanMilliseconds : staleMilliseconds)) await rm(path, { force: true }).catch(() => null)
    }),
  )
  return files
}

const orphanMilliseconds = 120_000
const staleMilliseconds = 3_600_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return codeOf(cause) !== 'ESRCH'
  }
}
