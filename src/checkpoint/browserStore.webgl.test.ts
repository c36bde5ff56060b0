import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { storeLaws } from '../../laws/storeLaws.js'
import { browserStore } from './browserStore.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'

const opfsFolder = async (folder: string): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true })

describe.each(['opfs', 'indexeddb'] as const)('browserStore over %s', (kind) => {
  let folders = 0
  const fresh = async () => browserStore({ folder: `test-${kind}-${Date.now()}-${folders++}`, kind })
  for (const { name, check } of storeLaws(fresh, { numRuns: 10 }))
    it(name, () => expect(check()).resolves.toBeUndefined())

  it('keeps a checkpoint for the next store of the same folder, and for no other', async () => {
    const folder = `again-${kind}-${Date.now()}`
    const file = encodeSafetensors([
      { name: 'w', dtype: 'F32', shape: [100_000], data: new Float32Array(100_000).fill(0.5) },
    ])
    expect(await browserStore({ folder, kind }).write('w.safetensors', file)).toEqual(undefined)
    const decoded = decodeSafetensors(await browserStore({ folder, kind }).read('w.safetensors'))
    if (E.isLeft(decoded)) throw new Error(decoded.left[0].message)
    expect(decoded.right.entries[0]?.data.every((x) => x === 0.5)).toBe(true)
    await expect(browserStore({ folder: `${folder}-other`, kind }).read('w.safetensors')).rejects.toThrow(
      CheckpointFailed,
    )
  })

  it('tells of trouble by rejecting, the previous bytes untouched', async () => {
    const store = await fresh()
    await store.write('w', Uint8Array.of(1, 2, 3))
    const restore = kind === 'opfs' ? failingSwap() : failingPut()
    const failed = await rejection(store.write('w', Uint8Array.of(4, 5, 6, 7)))
    const failedNew = await rejection(store.write('new', Uint8Array.of(4)))
    restore()
    expect(failed).toMatchObject({
      problems: [{ _tag: 'Store', path: 'w', found: 'QuotaExceededError: no room' }],
      cause: expect.objectContaining({ name: 'QuotaExceededError' }),
    })
    expect(failedNew).toBeInstanceOf(CheckpointFailed)
    expect(await store.read('w')).toEqual(Uint8Array.of(1, 2, 3))
    await expect(store.read('new')).rejects.toMatchObject({ problems: [{ _tag: 'Missing', path: 'new' }] })
    expect(await store.list()).toMatchObject([{ name: 'w' }])
  })
})

describe('browserStore', () => {
  it('takes the private file system where there is one, else IndexedDB', async () => {
    const folder = `auto-${Date.now()}`
    await browserStore({ folder }).write('a', Uint8Array.of(1))
    expect((await (await (await opfsFolder(folder)).getFileHandle('a')).getFile()).size).toBe(1)
    const getDirectory = Object.getOwnPropertyDescriptor(StorageManager.prototype, 'getDirectory')
    if (getDirectory === undefined) throw new Error('this browser has no private file system')
    Reflect.deleteProperty(StorageManager.prototype, 'getDirectory')
    const without = browserStore({ folder })
    Object.defineProperty(StorageManager.prototype, 'getDirectory', getDirectory)
    await expect(without.read('a')).rejects.toThrow(CheckpointFailed)
    await without.write('b', Uint8Array.of(2))
    expect(await browserStore({ folder, kind: 'indexeddb' }).read('b')).toEqual(Uint8Array.of(2))
  })

  it('takes what a page that died while making a file left for no file', async () => {
    const folder = `died-${Date.now()}`
    await (await opfsFolder(folder)).getFileHandle('half', { create: true })
    await (await opfsFolder(folder)).getFileHandle('half.crswap', { create: true })
    const store = browserStore({ folder, kind: 'opfs' })
    expect(await store.list()).toEqual([])
    await expect(store.read('half')).rejects.toMatchObject({ problems: [{ _tag: 'Missing' }] })
  })

  it('throws on options that mean nothing', () => {
    expect(() => browserStore({ folder: '../up' })).toThrow(/folder must be a plain name.*found '..\/up'/)
    // @ts-expect-error no such kind
    expect(() => browserStore({ kind: 'cookies' })).toThrow(
      /kind must be 'auto', 'opfs' or 'indexeddb', found 'cookies'/,
    )
  })
})

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing was rejected',
    (error: unknown) => error,
  )

const noRoom = () => new DOMException('no room', 'QuotaExceededError')

/** Half of the bytes get written, then the disk is full. */
const failingSwap = (): (() => void) => {
  const { write } = FileSystemWritableFileStream.prototype
  FileSystemWritableFileStream.prototype.write = async function (data) {
    if (data instanceof Uint8Array) await write.call(this, data.slice(0, data.length >> 1))
    throw noRoom()
  }
  return () => {
    FileSystemWritableFileStream.prototype.write = write
  }
}

/** The bytes are taken, their time is not. */
const failingPut = (): (() => void) => {
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (value, key) {
    if (this.name === 'times') throw noRoom()
    return put.call(this, value, key)
  }
  return () => {
    IDBObjectStore.prototype.put = put
  }
}
