import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileStore } from './fileStore.js'
import { type Lent, lentBytes } from './lentBytes.js'
import type { ByteSource } from './Store.js'
import { writeLent } from './writeLent.js'

let home = ''
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'polyak-lent-'))))
afterAll(() => rm(home, { recursive: true, force: true }))

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
/** Lends 300 bytes at a time, in two views; `moved` of the first loans do not stay, and their bytes are others by then. */
const lending = (moved: number) => {
  const begins: number[] = []
  let closed = 0
  const from = (begin: number): Lent => {
    const stays = begins.push(begin) > moved
    const own = bytes.slice(begin, begin + 300)
    if (!stays) own.fill(255)
    return { views: [own.subarray(0, 100), own.subarray(100)], intact: () => stays }
  }
  return { begins, closed: () => closed, lender: { from, close: () => void closed++ } }
}

test.each([0, 1, 3])('%i loans that did not stay are written once more, each in its place', async (moved) => {
  const path = join(home, `moved-${moved}`)
  const file = await open(path, 'wx')
  const { lender, begins, closed } = lending(moved)
  await writeLent(file, bytes.length, lender, {})
  await file.close()
  expect(new Uint8Array(await readFile(path))).toEqual(bytes)
  expect(begins).toEqual([...new Array<number>(moved).fill(0), 0, 300, 600, 900])
  expect(closed()).toBe(1)
})

test('what was written in part goes on from there', async () => {
  const { lender, begins } = lending(0)
  await writeLent({ writev: async (buffers) => ({ bytesWritten: 170, buffers }) }, bytes.length, lender, {})
  expect(begins).toEqual([0, 170, 340, 510, 680, 850])
})

test('a write that fails is tried again where the memory is gone, and is a failure where it is not', async () => {
  const gone = Object.assign(new Error('EFAULT: bad address'), { code: 'EFAULT' })
  let failures = 0
  const failing = (times: number) => ({
    writev: async (buffers: readonly NodeJS.ArrayBufferView[]) => {
      if (failures++ < times) throw gone
      return { bytesWritten: buffers.reduce((sum, { byteLength }) => sum + byteLength, 0), buffers }
    },
  })
  const twice = lending(2)
  await writeLent(failing(2) as never, bytes.length, twice.lender, {})
  expect(twice.begins).toEqual([0, 0, 0, 300, 600, 900])
  failures = 0
  const once = lending(1)
  await expect(writeLent(failing(2) as never, bytes.length, once.lender, {})).rejects.toBe(gone)
  expect(once.closed()).toBe(1)
})

test('a file store writes what is lent, not the pieces; a signal ends it, and what was there stays', async () => {
  const store = fileStore({ folder: join(home, 'store') })
  const source: ByteSource = {
    length: bytes.length,
    pieces: async function* () {
      yield await Promise.reject(new Error('pieces are not asked for'))
    },
  }
  const { lender, begins, closed } = lending(1)
  lentBytes.set(source, () => lender)
  await store.write('a', source)
  expect(await store.read('a')).toEqual(bytes)
  expect([begins.length, closed()]).toEqual([5, 1])
  const controller = new AbortController()
  const reason = new DOMException('enough', 'AbortError')
  const late: ByteSource = { ...source }
  lentBytes.set(late, () => ({
    from: (begin) => {
      controller.abort(reason)
      return { views: [new Uint8Array(300).fill(begin % 7)], intact: () => true }
    },
    close: () => undefined,
  }))
  await expect(store.write('a', late, { signal: controller.signal })).rejects.toMatchObject({ cause: reason })
  expect(await store.read('a')).toEqual(bytes)
  expect((await store.list()).map(({ name }) => name)).toEqual(['a'])
  // where nothing can be lent, and in a source that another has made of it, the pieces are written
  const plain: ByteSource = {
    length: 3,
    pieces: async function* () {
      yield Uint8Array.of(1, 2, 3)
    },
  }
  lentBytes.set(plain, () => null)
  await store.write('b', plain)
  expect(await store.read('b')).toEqual(Uint8Array.of(1, 2, 3))
  lentBytes.set(plain, () => lending(0).lender)
  await store.write('b', { ...plain })
  expect(await store.read('b')).toEqual(Uint8Array.of(1, 2, 3))
})
