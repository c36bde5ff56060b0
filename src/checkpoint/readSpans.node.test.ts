import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { afterAll, expect, it } from 'vitest'
import { fileStore } from './fileStore.js'
import { memoryStore } from './memoryStore.js'
import { readSpans } from './readSpans.js'
import { restore } from './restore.js'
import { save } from './save.js'
import type { OpenedItem, Store } from './Store.js'
import type { TensorSpan } from './readEntry.js'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'

const folder = await mkdtemp(join(tmpdir(), 'polyak-spans-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const stores: readonly (readonly [string, Store])[] = [
  ['a file', fileStore({ folder })],
  ['memory', memoryStore()],
]

/** Two small neighbours, one larger than what is read at once, one small again; each byte tells where it stands. */
const sizes = [8, 4, 5_000_004, 12]
const ends = sizes.map((_size, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0))
const spans = sizes.map((size, i): TensorSpan => ({
  name: `${i}`,
  dtype: 'F32',
  shape: [size / 4],
  begin: (ends[i] ?? 0) - size,
  end: ends[i] ?? 0,
}))
const dataStart = 16
const bytes = Uint8Array.from({ length: dataStart + (ends.at(-1) ?? 0) }, (_, i) => (i * 7 + (i >> 8)) % 251)

const opened = async (store: Store): Promise<OpenedItem> => {
  await store.write('spans', bytes)
  const item = await store.open?.('spans')
  if (item === undefined) throw new Error('a store that opens')
  return item
}
const held = (span: TensorSpan) => bytes.subarray(dataStart + span.begin, dataStart + span.end)

for (const [place, store] of stores) {
  it(`gives all of each tensor, by parts where they are asked for: ${place}`, async () => {
    for (const byParts of [false, true]) {
      const item = await opened(store)
      const taken = new Map(spans.map((span) => [span.name, new Uint8Array(span.end - span.begin)]))
      const parts: number[] = []
      const put = (span: TensorSpan) => (begin: number, part: Uint8Array) => {
        parts.push(part.length)
        taken.get(span.name)?.set(part, begin)
      }
      const whole = (span: TensorSpan, all: Uint8Array) => taken.get(span.name)?.set(all)
      const read = readSpans('spans', item, { dataStart }, spans, byParts ? { whole, parts: put } : { whole })
      expect(await read()).toEqual(E.right(undefined))
      await item.close()
      for (const span of spans) expect(Buffer.compare(taken.get(span.name) ?? bytes, held(span))).toBe(0)
      expect(parts.length > 1).toBe(byParts)
      expect(Math.max(0, ...parts)).toBeLessThan(5_000_004)
    }
  })

  it(`reads as a copy of an opened item does that reads in another way: ${place}`, async () => {
    const item = await opened(store)
    const turned: OpenedItem = { ...item, read: async (range) => (await item.read(range)).map((x) => x ^ 255) }
    const found = new Map<string, Uint8Array>()
    const whole = (span: TensorSpan, all: Uint8Array) => found.set(span.name, all.slice(0, 8))
    expect(await readSpans('spans', turned, { dataStart }, spans, { whole })()).toEqual(E.right(undefined))
    await item.close()
    for (const span of spans)
      expect(found.get(span.name)).toEqual(
        held(span)
          .slice(0, 8)
          .map((x) => x ^ 255),
      )
  })

  it(`leaves each tensor of a restore an array that nobody else has: ${place}`, async () => {
    const optimizer = sgd({ learningRate: 1, momentum: 0.9 })
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3]), c: tf.fill([400_000], 4) }
    const like = { params, state: optimizer.init(params) }
    await save({ store, name: 'arrays', optimizer, ...like })
    const back = await restore({ store, name: 'arrays', optimizer, like })
    const arrays = Object.values(back.params).map((tensor) => tensor.dataSync())
    expect(arrays.map((array) => [array.length, array[0]])).toEqual([
      [2, 1],
      [1, 3],
      [400_000, 4],
    ])
    expect(arrays.map(({ buffer }) => buffer.byteLength)).toEqual(arrays.map(({ byteLength }) => byteLength))
    disposeExcept([like, back], [])
  })
}

it('tells where a file got shorter after it was opened', async () => {
  const [[, store] = ['', memoryStore()]] = stores
  const item = await opened(store)
  const { truncate } = await import('node:fs/promises')
  await truncate(join(folder, 'spans'), 1000)
  const read = await readSpans('spans', item, { dataStart }, spans, { whole: () => {} })()
  await item.close()
  expect(read).toMatchObject(E.left([{ _tag: 'Store', path: 'spans', found: expect.stringMatching(/ended at byte/) }]))
})
