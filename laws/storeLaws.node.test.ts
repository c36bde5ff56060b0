import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { memoryStore } from '../src/checkpoint/memoryStore.js'
import type { ByteSource, OpenedItem, Store } from '../src/checkpoint/Store.js'
import { taskStore } from '../src/checkpoint/taskStore.js'
import { storeLaws } from './storeLaws.js'

/** What the laws say of a store that is made from a right one. */
const complaints = async (spoil: (store: Store) => unknown): Promise<string> => {
  const laws = storeLaws(async () => spoil(memoryStore()) as Store, { numRuns: 20 }) // as JavaScript may
  const found = await Promise.all(
    laws.map(async ({ check }) =>
      check().then(
        () => '',
        (error: unknown) => inspect(error),
      ),
    ),
  )
  return found.join('\n').trim()
}

test('a right store keeps every law', async () => {
  expect(await complaints((store) => store)).toBe('')
})

test('and so does one that knows neither pieces nor ranges', async () => {
  expect(await complaints(({ read, write, list, remove }) => ({ read, write, list, remove }))).toBe('')
})

/** Pieces without their end, in one array. */
const careless = async ({ pieces }: ByteSource): Promise<Uint8Array> => {
  const all: number[] = []
  try {
    for await (const piece of pieces()) all.push(...piece)
  } catch {
    // goes on with what came
  }
  return Uint8Array.from(all.length === 0 ? [0] : all)
}
const opening = (s: Store, read: (name: string, range: { begin: number; end: number }) => Promise<Uint8Array>) => ({
  ...s,
  open: async (name: string): Promise<OpenedItem> => ({
    length: (await s.read(name)).length,
    read: async (range) => read(name, range),
    close: async () => undefined,
  }),
})

test.each<readonly [name: string, spoil: (store: Store) => unknown, told: RegExp]>([
  ['of tasks, as before', (store) => taskStore(store), /should|not a function|not iterable/],
  [
    'that takes 64 KiB of a write, and no more',
    (s) => ({
      ...s,
      // pieces come here, too
      write: async (name: string, bytes: Uint8Array) =>
        s.write(name, 'subarray' in bytes ? bytes.subarray(0, 65536) : bytes),
    }),
    /300001 bytes should be read back/,
  ],
  [
    'that gives null for what is not there',
    (s) => ({ ...s, read: async (name: string) => s.read(name).catch(() => null) }),
    /should be Missing/,
  ],
  [
    'that rejects with another error',
    (s) => ({ ...s, read: async (name: string) => s.read(name).catch(async () => Promise.reject(new Error('none'))) }),
    /should be Missing, not Error: none/,
  ],
  [
    'that throws instead of rejecting',
    (s) => ({
      ...s,
      read: (name: string) => {
        if (!/^[\w=@+-]+$/.test(name)) throw new Error('bad name')
        return s.read(name)
      },
    }),
    /should be refused by a promise that rejects, not by throwing Error: bad name/,
  ],
  [
    'that keeps the bytes it was given',
    (s) => {
      const kept = new Map<string, Uint8Array>()
      return {
        ...s,
        write: async (name: string, bytes: Uint8Array) => (await s.write(name, bytes), void kept.set(name, bytes)),
        read: async (name: string) => (await s.read(name), kept.get(name)),
      }
    },
    /found 0,0,0/,
  ],
  ['that lists the newest first', (s) => ({ ...s, list: async () => (await s.list()).toReversed() }), /found .*b.*a/],
  [
    'that forgets to wait for a remove',
    (s) => ({ ...s, remove: async () => undefined }),
    /should be Missing|list gives/,
  ],
  [
    'that writes what came of pieces that broke off',
    (s) => ({ ...s, writePieces: async (name: string, source: ByteSource) => s.write(name, await careless(source)) }),
    /pieces that fail at once should be refused/,
  ],
  [
    'that keeps pieces instead of their bytes',
    (s) => ({
      ...s,
      writePieces: async (name: string, { pieces }: ByteSource) => {
        const all: Uint8Array[] = []
        for await (const piece of pieces()) all.push(piece)
        await s.write(name, Uint8Array.from(all.flatMap((piece) => [...piece])))
      },
    }),
    /bytes cut at .* should be read back/,
  ],
  [
    'that reads each range from what is there then',
    (s) => opening(s, async (name, { begin, end }) => (await s.read(name)).slice(begin, end)),
    /should be read as it was|Missing/,
  ],
  [
    'whose ranges take in their end',
    (s) => opening(s, async (name, { begin, end }) => (await s.read(name)).slice(begin, end + 1)),
    /expected \d+ bytes from \d+ on/,
  ],
])('a store %s does not', async (_name, spoil, told) => {
  expect(await complaints(spoil)).toMatch(told)
})
