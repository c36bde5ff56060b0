import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { browserStore } from './browserStore.js'
import { whole } from '../../laws/checks/part.js'

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

/** How often: two threads meet within the first few, and a whole run is sure of it. */
const times = (most: number): number => (whole ? most : Math.ceil(most / 16))

/** Threads of their own, that stay: reading the modules of a store takes longer than what is done with it. */
const threads: Worker[] = []
const code = `
  const { browserStore } = await import('${new URL('./browserStore.ts', import.meta.url).href}')
  addEventListener('message', async ({ data: { folder, kind, times, deed } }) => {
    const store = browserStore({ folder, kind })
    const done = (0, eval)(deed)
    const found = []
    for (let i = 0; i < times; i++) {
      const bytes = await done(store, i).catch(({ problems: [problem] }) => {
        if (problem._tag !== 'Missing') found.push(problem.found)
      })
      if (bytes instanceof Uint8Array && (bytes.length !== 100_000 || bytes.some((x) => x !== bytes[0])))
        found.push('mixed bytes')
    }
    postMessage(found)
  })
  postMessage('ready')`

/** The first thing that a thread says. */
const said = (worker: Worker): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const once = { once: true }
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data), once)
    worker.addEventListener('error', (event) => reject(new Error(event.message)), once)
  })

const started = async (): Promise<Worker> => {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  expect(await said(worker).finally(() => URL.revokeObjectURL(url))).toBe('ready')
  return worker
}
afterAll(() => threads.forEach((worker) => worker.terminate()))

/** Runs `deed(store, i)` many times over in a thread that does nothing else; resolves to the complaints. */
const elsewhere = async (folder: string, times: number, deed: string, kind = 'opfs'): Promise<unknown> => {
  const worker = threads.pop() ?? (await started())
  const complaints = said(worker)
  worker.postMessage({ folder, kind, times, deed }, [])
  return complaints.finally(() => threads.push(worker))
}
const writes = `(store, i) => store.write('w', new Uint8Array(100_000).fill(i))`
const reads = `(store) => store.read('w')`
const readsSome = `(store) => store.read('w').catch(({ problems: [{ message }] }) => {
  throw { problems: [{ found: message }] }
})`
const removes = `(store) => store.remove('w')`

const inPieces = (bytes: Uint8Array) => ({
  length: bytes.length,
  pieces: async function* () {
    for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000)
  },
})
const keysIn = (folder: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(folder, 1)
    request.addEventListener('error', () => reject(new Error('not opened')))
    request.addEventListener('success', () => {
      const keys = request.result.transaction('bytes').objectStore('bytes').getAllKeys()
      keys.addEventListener('success', () => {
        request.result.close()
        resolve(keys.result.map(String))
      })
    })
  })

describe.each(['opfs', 'indexeddb'] as const)('a write by pieces over %s', (kind) => {
  const old = new Uint8Array(100_000).fill(1)
  const next = new Uint8Array(90_000).fill(2)

  it('whose disk fills up half-way leaves what was there, and nothing else', async () => {
    const folder = fresh()
    const store = browserStore({ folder, kind })
    await store.write('w', inPieces(old))
    let calls = 0
    if (kind === 'opfs') {
      const { write } = FileSystemWritableFileStream.prototype
      vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockImplementation(async function (
        this: FileSystemWritableFileStream,
        data,
      ) {
        if (++calls === 2) throw new DOMException('full', 'QuotaExceededError')
        return write.call(this, data)
      })
    } else {
      const { put } = IDBObjectStore.prototype
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
        if (++calls === 2) throw new DOMException('full', 'QuotaExceededError')
        return put.apply(this, args)
      })
    }
    await expect(store.write('w', inPieces(next))).rejects.toMatchObject({
      problems: [{ _tag: 'Store', path: 'w', found: 'QuotaExceededError: full' }],
    })
    vi.restoreAllMocks()
    expect(await store.read('w')).toEqual(old)
    expect(await store.list()).toMatchObject([{ name: 'w' }])
    if (kind === 'indexeddb') expect(await keysIn(folder)).toHaveLength(4)
  })

  it('of a tab that is closed half-way leaves what was there; what it left is swept when it is old', async () => {
    const folder = fresh()
    const store = browserStore({ folder, kind })
    await store.write('w', inPieces(old))
    await dyingTab(folder, kind)
    expect(await store.read('w')).toEqual(old)
    expect(await store.list()).toMatchObject([{ name: 'w' }])
    if (kind === 'indexeddb') {
      expect(await keysIn(folder)).toHaveLength(6)
      await store.write('v', inPieces(next))
      expect(await keysIn(folder)).toHaveLength(9)
      const { now } = Date
      vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_001)
      await store.write('v', inPieces(next))
      expect(await keysIn(folder)).toHaveLength(7)
    }
    await store.write('w', inPieces(next))
    expect(await store.read('w')).toEqual(next)
  })

  it('takes the place of a whole one and gives way to one, with nothing left behind', async () => {
    const folder = fresh()
    const store = browserStore({ folder, kind })
    for (const given of [old, inPieces(next), old, inPieces(next), inPieces(old)]) await store.write('w', given)
    expect(await store.read('w')).toEqual(old)
    if (kind === 'indexeddb') expect(await keysIn(folder)).toHaveLength(4)
    await store.remove('w')
    if (kind === 'indexeddb') expect(await keysIn(folder)).toEqual([])
  })

  it('is read whole where there are no locks to read it in parts', async () => {
    const folder = fresh()
    await browserStore({ folder, kind }).write('w', inPieces(old))
    vi.spyOn(navigator, 'locks', 'get').mockReturnValue(undefined as unknown as LockManager)
    const store = browserStore({ folder, kind })
    expect(await store.read('w', { begin: 50_000, end: 50_003 })).toEqual(Uint8Array.of(1, 1, 1))
    await store.write('w', inPieces(next))
    expect(await store.size('w')).toBe(90_000)
  })
})

/** A thread that begins a write by pieces, and is ended after the second of them. */
const dyingTab = (folder: string, kind: string): Promise<void> => {
  const code = `
    const { browserStore } = await import('${new URL('./browserStore.ts', import.meta.url).href}')
    const pieces = async function* () {
      yield new Uint8Array(30_000).fill(9)
      yield new Uint8Array(30_000).fill(9)
      postMessage('half')
      await new Promise(() => {})
    }
    await browserStore({ folder: '${folder}', kind: '${kind}' }).write('w', { length: 90_000, pieces })`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  return new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', () => resolve())
    worker.addEventListener('error', (event) => reject(new Error(event.message)))
  }).finally(() => {
    worker.terminate()
    URL.revokeObjectURL(url)
  })
}

describe('browserStore in two threads at once', () => {
  it('reads whole versions while another writes', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))
    expect(
      await Promise.all([elsewhere(folder, times(100), writes), elsewhere(folder, times(200), readsSome)]),
    ).toEqual([[], []])
  })

  it.each(['opfs', 'indexeddb'])('reads parts of one version while another writes pieces: %s', async (kind) => {
    const folder = fresh()
    const piecewise = `(store, i) => {
      const bytes = new Uint8Array(100_000).fill(i)
      return store.write('w', {
        length: bytes.length,
        pieces: async function* () { for (let at = 0; at < 4; at++) yield bytes.subarray(25_000 * at, 25_000 * (at + 1)) },
      })
    }`
    const parts = `async (store) => {
      const item = await store.open('w')
      const bytes = new Uint8Array(100_000)
      for (const begin of [0, 40_000, 80_000]) {
        const end = Math.min(begin + 40_000, 100_000)
        bytes.set(await item.read({ begin, end }), begin)
      }
      await item.close()
      return bytes
    }`
    const all = [elsewhere(folder, times(12), piecewise, kind), elsewhere(folder, times(24), parts, kind)]
    expect(await Promise.all(all)).toEqual([[], []])
  })

  it('writes while another removes and a third reads', async () => {
    const folder = fresh()
    const all = [
      elsewhere(folder, times(100), writes),
      elsewhere(folder, times(100), removes),
      elsewhere(folder, times(150), reads),
    ]
    expect(await Promise.all(all)).toEqual([[], [], []])
  })

  it('writes while another writes, and lists what is there throughout', async () => {
    const folder = fresh()
    await browserStore({ folder, kind: 'opfs' }).write('w', new Uint8Array(100_000))
    const listed = `async (store) => {
      const list = await store.list()
      if (list.length !== 1) throw { problems: [{ found: 'not listed' }] }
    }`
    const all = [
      elsewhere(folder, times(60), writes),
      elsewhere(folder, times(60), writes),
      elsewhere(folder, times(200), listed),
    ]
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
