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
      expect(await store.write('a', Uint8Array.of(1, 2))).toEqual(undefined)
      expect(await store.read('a')).toEqual(Uint8Array.of(1, 2))
      expect(await browserStore({ folder, kind: 'indexeddb' }).read('a')).toEqual(Uint8Array.of(1, 2))
      vi.restoreAllMocks()
      // the next session, where it works again, still finds them
      expect(await browserStore({ folder }).read('a')).toEqual(Uint8Array.of(1, 2))
    })

  it('does not leave files that lie there behind, and says so', async () => {
    const folder = fresh()
    await browserStore({ folder }).write('a', Uint8Array.of(1))
    refusals['createWritable refuses']()
    const store = browserStore({ folder })
    expect(await store.read('a')).toEqual(Uint8Array.of(1))
    await expect(store.write('b', Uint8Array.of(2))).rejects.toMatchObject({
      problems: [{ expected: expect.stringMatching(/which already holds files/), found: 'NotAllowedError: not here' }],
    })
  })

  it('takes a full disk for what it is', async () => {
    vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockImplementation(refusal('QuotaExceededError'))
    const store = browserStore({ folder: fresh() })
    await expect(store.write('b', Uint8Array.of(2))).rejects.toMatchObject({
      problems: [{ expected: expect.stringMatching(/private file system/), found: 'QuotaExceededError: not here' }],
    })
  })

  it('tells why it is not used if IndexedDB fails too', async () => {
    refusals['getDirectory refuses']()
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('nor here', 'SecurityError')
    })
    await expect(browserStore({ folder: fresh() }).write('b', Uint8Array.of(2))).rejects.toMatchObject({
      problems: [
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
    expect(await Promise.all([store.list(), store.list()])).toEqual([[], []])
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
      const bytes = await deed(store, i).catch(({ problems: [problem] }) => {
        if (problem._tag !== 'Missing') found.push(problem.found)
      })
      if (bytes instanceof Uint8Array && (bytes.length !== 100_000 || bytes.some((x) => x !== bytes[0])))
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
const writes = `(store, i) => store.write('w', new Uint8Array(100_000).fill(i))`
const reads = `(store) => store.read('w')`
const readsSome = `(store) => store.read('w').catch(({ problems: [{ message }] }) => {
  throw { problems: [{ found: message }] }
})`
const removes = `(store) => store.remove('w')`

describe('browserStore in two threads at once', () => {
  it('reads whole versions while another writes', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))
    expect(await Promise.all([elsewhere(folder, 100, writes), elsewhere(folder, 200, readsSome)])).toEqual([[], []])
  })

  it('writes while another removes and a third reads', async () => {
    const folder = fresh()
    const all = [elsewhere(folder, 100, writes), elsewhere(folder, 100, removes), elsewhere(folder, 150, reads)]
    expect(await Promise.all(all)).toEqual([[], [], []])
  })

  it('writes while another writes, and lists what is there throughout', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))
    const listed = `async (store) => {
      const list = await store.list()
      if (list.length !== 1) throw { problems: [{ found: 'not listed' }] }
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
      expect(await store.write('w', Uint8Array.of(1))).toEqual(undefined)
      vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockImplementationOnce(refusal(name))
      expect(await store.read('w')).toEqual(Uint8Array.of(1))
      vi.spyOn(FileSystemDirectoryHandle.prototype, 'removeEntry').mockImplementationOnce(refusal(name))
      expect(await store.remove('w')).toEqual(undefined)
    },
  )

  it('does not try for ever', async () => {
    const store = browserStore({ folder: fresh(), kind: 'opfs' })
    const tried = vi
      .spyOn(FileSystemFileHandle.prototype, 'createWritable')
      .mockImplementation(refusal('NoModificationAllowedError'))
    await expect(store.write('w', Uint8Array.of(1))).rejects.toMatchObject({
      problems: [{ found: 'NoModificationAllowedError: not here' }],
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
    expect(await store.write('w', Uint8Array.of(1))).toEqual(undefined)
    vi.restoreAllMocks()
    closedFirst(1)
    expect(await store.read('w')).toEqual(Uint8Array.of(1))
  })

  it('begins anew a transaction that the browser broke off', async () => {
    const store = browserStore({ folder: fresh(), kind: 'indexeddb' })
    const { put } = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, ...args) {
      queueMicrotask(() => this.transaction.abort())
      return put.apply(this, args)
    })
    expect(await store.write('w', Uint8Array.of(1))).toEqual(undefined)
    expect(await store.read('w')).toEqual(Uint8Array.of(1))
  })

  it('and no more than once', async () => {
    const store = browserStore({ folder: fresh(), kind: 'indexeddb' })
    const tried = closedFirst(9)
    await expect(store.list()).rejects.toMatchObject({
      problems: [{ found: expect.stringMatching(/^InvalidStateError/) }],
    })
    expect(tried).toHaveBeenCalledTimes(2)
  })
})
