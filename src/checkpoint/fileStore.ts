import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { shown } from '../scalars/shown.js'
import type { Store, StoredItem } from './Store.js'
import { storeFrom } from './storeFrom.js'
import { isStoreName } from './storeName.js'

export interface FileStoreOptions {
  /** Where the files lie; made at the first write. */
  readonly folder: string
}

/**
 * A store of plain files in one folder, for Node.
 *
 *     write = temporary file beside the target · fsync · rename over the target · fsync of the folder
 *
 * A process killed at any moment, a full disk or a failing write leaves the previous file whole; a power cut too, as
 * far as the file system keeps its word. What a killed process left is cleaned up by the next `list`.
 *
 * Throws `TypeError` where `folder` is no path.
 *
 * Example: `const store = fileStore({ folder: 'checkpoints' })`
 */
export const fileStore = ({ folder }: FileStoreOptions): Store => {
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0'))
    throw new TypeError(`fileStore: folder must be a path, found ${shown(folder)}; pass '.' for the current folder`)
  const root = resolve(folder)
  return storeFrom({
    place: `the folder ${root}`,
    read: (name) => readWhole(join(root, name)).catch(nullWhereAbsent),
    write: async (name, bytes) => {
      await mkdir(root, { recursive: true })
      await writeAtomically(root, name, bytes)
    },
    list: async () => {
      const files = (await readdir(root, { withFileTypes: true }).catch(nullWhereAbsent)) ?? []
      await Promise.all(files.filter((file) => file.isFile()).map(({ name }) => removeIfStale(join(root, name), name)))
      const items = files
        .filter((file) => file.isFile() && isStoreName(file.name))
        .map(({ name }) => itemOf(root, name))
      return (await Promise.all(items)).flatMap((item) => item ?? [])
    },
    remove: async (name) => {
      await rm(join(root, name), { force: true })
      await syncFolder(root).catch(nullWhereAbsent)
    },
  })
}

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : undefined)

const nullWhereAbsent = (cause: unknown): null => {
  if (codeOf(cause) === 'ENOENT') return null
  throw cause
}

const itemOf = (root: string, name: string): Promise<StoredItem | null> =>
  stat(join(root, name)).then(({ mtimeMs }) => ({ name, time: mtimeMs }), nullWhereAbsent)

// In pieces, because `readFile` stops at 2 GiB. An open file stays the version it was, whatever is renamed over its
// name.
const readWhole = async (path: string): Promise<Uint8Array> => {
  const file = await open(path, 'r')
  try {
    const bytes = new Uint8Array((await file.stat()).size)
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, pieceBytes), at)
      if (bytesRead === 0) throw new Error(`the file ended at byte ${at} of ${bytes.length}`)
      at += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

const pieceBytes = 2 ** 28

const writeAtomically = async (root: string, name: string, bytes: Uint8Array): Promise<void> => {
  const temporary = join(root, temporaryName(name))
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(root, name))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => null)
    throw cause
  }
  await syncFolder(root)
}

// The rename itself is on disk only when the folder is. Some systems cannot sync a folder: there it is best effort.
const syncFolder = async (root: string): Promise<void> => {
  try {
    const handle = await open(root, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (!cannotSyncFolders.has(codeOf(cause))) throw cause
  }
}

const cannotSyncFolders: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES', 'EBADF'])

// `.<name>.<host>.<process>.<random>.tmp`: says whose write it was, and is no name that the store takes.
const host = hostname()
  .replaceAll(/[^A-Za-z0-9-]/g, '-')
  .slice(0, 60)
const temporaryName = (name: string): string => `.${name}.${host}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`
const temporaryPattern = /^\..+\.(?<writer>[A-Za-z0-9-]*)\.(?<pid>\d+)\.[0-9a-f]{8}\.tmp$/

/** Removes a temporary file whose process is gone; another machine's, or one whose number was given away again, after
 *  an hour. */
const removeIfStale = async (path: string, name: string): Promise<void> => {
  const { writer, pid } = temporaryPattern.exec(name)?.groups ?? {}
  if (pid === undefined) return
  const orphaned = writer === host && !isAlive(Number(pid))
  const info = orphaned ? null : await stat(path).catch(nullWhereAbsent)
  if (orphaned || (info !== null && Date.now() - info.mtimeMs > staleMilliseconds))
    await rm(path, { force: true }).catch(() => null)
}

const staleMilliseconds = 3_600_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return codeOf(cause) !== 'ESRCH'
  }
}
