import { either as E } from 'fp-ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { browserStore } from './browserStore.js'

let folders = 0
const fresh = (): string => `faults-${Date.now()}-${folders++}`
const refusal = (name: string) => async () => Promise.reject(new DOMException('not here', name))
const refusals = {
  'getDirectory refuses': () =>
    vi.spyOn(StorageManager.prototype, 'getDirectory').mockImplementation(refusal('SecurityError')),
  'createWritable refuses': () =>
    vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockImplementation(refusal('NotAllowedError')),
  'no file may be made': () =>
    vi.spyOn(FileSystemDirectoryHandle.prototype, 'getFileHandle').mockImplementation(refusal('InvalidStateError')),
  'bytes cannot be written': () =>
    vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockImplementation(refusal('UnknownError')),
  'its locks refuse': () => vi.spyOn(LockManager.prototype, 'request').mockImplementation(refusal('SecurityError')),
}

afterEach(() => vi.restoreAllMocks())

describe('browserStore where the private file system is there but refuses', () => {
  for (const [name, refuse] of Object.entries(refusals))
    it(`keeps the bytes in IndexedDB: ${name}`, async () => {
      const folder = fresh()
      refuse()
      const store = browserStore({ folder })
      expect(await store.write('a', Uint8Array.of(1, 2))()).toEqual(E.right(undefined))
      expect(await store.read('a')()).toEqual(E.right(Uint8Array.of(1, 2)))
      expect(await browserStore({ folder, kind: 'indexeddb' }).read('a')()).toEqual(E.right(Uint8Array.of(1, 2)))
      vi.restoreAllMocks()
      // the next session, where it works again, still finds them
      expect(await browserStore({ folder }).read('a')()).toEqual(E.right(Uint8Array.of(1, 2)))
    })

  it('does not leave files that lie there behind, and says so', async () => {
    const folder = fresh()
    await browserStore({ folder }).write('a', Uint8Array.of(1))()
    refusals['createWritable refuses']()
    const store = browserStore({ folder })
    expect(await store.read('a')()).toEqual(E.right(Uint8Array.of(1)))
    expect(await store.write('b', Uint8Array.of(2))()).toMatchObject({
      left: [{ expected: expect.stringMatching(/which already holds files/), found: 'NotAllowedError: not here' }],
    })
  })

  it('takes a full disk for what it is', async () => {
    vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockImplementation(refusal('QuotaExceededError'))
    const store = browserStore({ folder: fresh() })
    expect(await store.write('b', Uint8Array.of(2))()).toMatchObject({
      left: [{ expected: expect.stringMatching(/private file system/), found: 'QuotaExceededError: not here' }],
    })
  })

  it('tells why it is not used if IndexedDB fails too', async () => {
    refusals['getDirectory refuses']()
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('nor here', 'SecurityError')
    })
    expect(await browserStore({ folder: fresh() }).write('b', Uint8Array.of(2))()).toMatchObject({
      left: [
        {
          expected: expect.stringMatching(/data base .*private file system refused: SecurityError: not here/),
          found: 'SecurityError: nor here',
        },
      ],
    })
  })

  it('is tried once for each store, and leaves nothing behind', async () => {
    const folder = fresh()
    const made = vi.spyOn(FileSystemFileHandle.prototype, 'createWritable')
    const store = browserStore({ folder })
    expect(await Promise.all([store.list(), store.list()])).toEqual([E.right([]), E.right([])])
    expect(made).toHaveBeenCalledTimes(1)
    const names: string[] = []
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder)
    for await (const [name] of root.entries()) names.push(name)
    expect(names).toEqual([])
  })
})

/** A thread of its own that runs `deed(store, i)` many times over; resolves to the complaints. */
const elsewhere = (folder: string, times: number, deed: string): Promise<readonly string[]> => {
  const code = `
    const { browserStore } = await import('${new URL('./browserStore.ts', import.meta.url).href}')
    const store = browserStore({ folder: '${folder}', kind: 'opfs' })
    const deed = ${deed}
    const found = []
    for (let i = 0; i < ${times}; i++) {
      const done = await deed(store, i)
      const bytes = done.right
      if (done._tag === 'Left') { if (done.left[0]._tag !== 'Missing') found.push(done.left[0].found) }
      else if (bytes instanceof Uint8Array && (bytes.length !== 100_000 || bytes.some((x) => x !== bytes[0])))
        found.push('mixed bytes')
    }
    postMessage(found)`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  return new Promise<readonly string[]>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<readonly string[]>) => resolve(data))
    worker.addEventListener('error', (event) => reject(new Error(event.message)))
  }).finally(() => {
    worker.terminate()
    URL.revokeObjectURL(url)
  })
}
const writes = `(store, i) => store.write('w', new Uint8Array(100_000).fill(i))()`
const reads = `(store) => store.read('w')()`
const readsSome = `async (store) => {
  const read = await store.read('w')()
  return read._tag === 'Left' ? { _tag: 'Left', left: [{ found: read.left[0].message }] } : read
}`
const removes = `(store) => store.remove('w')()`

describe('browserStore in two threads at once', () => {
  it('reads whole versions while another writes', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))()
    expect(await Promise.all([elsewhere(folder, 100, writes), elsewhere(folder, 200, readsSome)])).toEqual([[], []])
  })

  it('writes while another removes and a third reads', async () => {
    const folder = fresh()
    const all = [elsewhere(folder, 100, writes), elsewhere(folder, 100, removes), elsewhere(folder, 150, reads)]
    expect(await Promise.all(all)).toEqual([[], [], []])
  })

  it('writes while another writes, and lists what is there throughout', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))()
    const listed = `async (store) => {
      const list = await store.list()
      return list._tag === 'Right' && list.right.length !== 1 ? { _tag: 'Left', left: [{ found: 'not listed' }] } : list
    }`
    const all = [elsewhere(folder, 60, writes), elsewhere(folder, 60, writes), elsewhere(folder, 200, listed)]
    expect(await Promise.all(all)).toEqual([[], [], []])
  })

  it.each(['NotReadableError', 'NotFoundError', 'NoModificationAllowedError'])(
    'without locks: tries again after %s',
    async (name) => {
      vi.spyOn(navigator, 'locks', 'get').mockReturnValue(undefined as unknown as LockManager)
      const store = browserStore({ folder: fresh(), kind: 'opfs' })
      vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockImplementationOnce(refusal(name))
      expect(await store.write('w', Uint8Array.of(1))()).toEqual(E.right(undefined))
      vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockImplementationOnce(refusal(name))
      expect(await store.read('w')()).toEqual(E.right(Uint8Array.of(1)))
      vi.spyOn(FileSystemDirectoryHandle.prototype, 'removeEntry').mockImplementationOnce(refusal(name))
      expect(await store.remove('w')()).toEqual(E.right(undefined))
    },
  )

  it('does not try for ever', async () => {
    const store = browserStore({ folder: fresh(), kind: 'opfs' })
    const tried = vi
      .spyOn(FileSystemFileHandle.prototype, 'createWritable')
      .mockImplementation(refusal('NoModificationAllowedError'))
    expect(await store.write('w', Uint8Array.of(1))()).toMatchObject({
      left: [{ found: 'NoModificationAllowedError: not here' }],
    })
    expect(tried.mock.calls.length).toBeLessThan(10)
  })
})

describe('browserStore over IndexedDB whose connection is lost', () => {
  const closedFirst = (times: number) => {
    const { transaction } = IDBDatabase.prototype
    let left = times
    return vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      if (left-- > 0) this.close()
      return transaction.apply(this, args)
    })
  }

  it('opens it once more', async () => {
    const store = browserStore({ folder: fresh(), kind: 'indexeddb' })
    closedFirst(1)
    expect(await store.write('w', Uint8Array.of(1))()).toEqual(E.right(undefined))
    vi.restoreAllMocks()
    closedFirst(1)
    expect(await store.read('w')()).toEqual(E.right(Uint8Array.of(1)))
  })

  it('begins anew a transaction that the browser broke off', async () => {
    const store = browserStore({ folder: fresh(), kind: 'indexeddb' })
    const { put } = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, ...args) {
      queueMicrotask(() => this.transaction.abort())
      return put.apply(this, args)
    })
    expect(await store.write('w', Uint8Array.of(1))()).toEqual(E.right(undefined))
    expect(await store.read('w')()).toEqual(E.right(Uint8Array.of(1)))
  })

  it('and no more than once', async () => {
    const store = browserStore({ folder: fresh(), kind: 'indexeddb' })
    const tried = closedFirst(9)
    expect(await store.list()).toMatchObject({ left: [{ found: expect.stringMatching(/^InvalidStateError/) }] })
    expect(tried).toHaveBeenCalledTimes(2)
  })
})
