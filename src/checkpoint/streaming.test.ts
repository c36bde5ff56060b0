import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { averageCheckpoints } from './averageCheckpoints.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { describeCheckpoint } from './describeCheckpoint.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { planRestore } from './planRestore.js'
import { restore } from './restore.js'
import { save } from './save.js'
import type { ByteRange, ByteSource, Store } from './Store.js'

const optimizer = withMovingAverage({ decay: 0.5 })(sgd({ learningRate: 0.5, momentum: 0.5 }))
// a software rasteriser takes long to move megabytes; what follows is the same there
const onWebgl = backendName === 'webgl'
const large = (onWebgl ? 2 ** 16 : 2 ** 20) + 3 // more than a piece, and no whole number of them
const start = () => {
  const params = {
    large: tf.range(0, large),
    small: Array.from({ length: onWebgl ? 8 : 40 }, (_, i) => tf.fill([i], i)),
    whole: tf.tensor1d([2 ** 30 + 1, -1], 'int32'),
  }
  return { params, state: optimizer.init(params) }
}

/** The bits of each tensor in a number: comparing millions of elements by `toEqual` takes minutes. */
const numbers = (value: unknown) => tensorsOf(value).map((tensor) => hash(tensor.dataSync()))
const hash = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string => {
  const words = new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength - (byteLength % 4)))
  let sum = 7 // a loop: `reduce` takes ten times as long over millions
  for (let i = 0; i < words.length; i++) sum = (Math.imul(sum, 31) + (words[i] ?? Number.NaN)) | 0
  return `${byteLength}: ${sum}`
}

/** A device that cannot be read. */
const lostDevice = (): (() => void) => {
  const { backend } = tf.engine()
  const lost = () => {
    throw new Error('the device is lost')
  }
  const spies =
    'dataIdMap' in backend
      ? [vi.spyOn(backend.dataIdMap as Pick<tf.DataStorage<object>, 'get'>, 'get').mockImplementationOnce(lost)]
      : [vi.spyOn(backend, 'readSync').mockImplementation(lost), vi.spyOn(backend, 'read').mockImplementation(lost)]
  return () => spies.forEach((spy) => spy.mockRestore())
}

/** A store that notes the lengths of pieces, and the ranges that are read. */
const noting = (store: Store = memoryStore()) => {
  const pieces: number[] = []
  const ranges: ByteRange[] = []
  let open = 0
  const noted: Store = {
    ...store,
    read: async () => Promise.reject(new Error('the whole is not to be read')),
    write: async () => Promise.reject(new Error('the whole is not to be written')),
    open: async (name) => {
      if (store.open === undefined) throw new Error('a store that opens nothing')
      const item = await store.open(name)
      open++
      const read = async (range: ByteRange) => (ranges.push(range), item.read(range))
      return { ...item, read, close: async () => (open--, item.close()) }
    },
    writePieces: async (name, { length, pieces: given }) => {
      const source = async function* () {
        for await (const piece of given()) {
          pieces.push(piece.length)
          yield piece
        }
      }
      await store.writePieces?.(name, { length, pieces: source })
    },
  }
  return { store: noted, under: store, pieces, ranges, stillOpen: () => open }
}

test('a save is the file that encodeSafetensors makes, in pieces of 4 MB at most, without a copy of the tensors', async () => {
  const now = start()
  const { store, under, pieces } = noting()
  const before = tf.memory()
  const saving = save({ store, name: 'a', optimizer, ...now })
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
  await saving
  expect(tf.memory().numTensors).toBe(before.numTensors)
  const bytes = await under.read('a')
  const contents = decodeSafetensors(bytes)
  if (contents._tag === 'Left') throw new Error(contents.left[0].message)
  expect(hash(encodeSafetensors(contents.right.entries, contents.right.metadata))).toBe(hash(bytes))
  expect(Math.max(...pieces)).toBeLessThanOrEqual(2 ** 22)
  // three large tensors and their average in two pieces each, and what is gathered between them
  expect(pieces.length).toBeLessThanOrEqual(14)
  const back = await restore({ store: under, name: 'a', optimizer, like: now })
  expect(numbers([back.params, back.state])).toEqual(numbers([now.params, now.state]))
  disposeExcept([now, back], [])
})

test('steps that donate, go on while a save is written: it has the numbers of its moment', async () => {
  const first = start()
  const grads = { large: tf.ones([large]), small: first.params.small.map(() => null), whole: null }
  let now = step(optimizer, { donate: true })(grads, first.state, first.params)
  const wanted = numbers([now.params, now.state])
  const under = memoryStore()
  const slow: Store = {
    ...under,
    writePieces: async (name, { length, pieces }: ByteSource) => {
      const source = async function* () {
        for await (const piece of pieces()) {
          await new Promise((resolve) => setTimeout(resolve, 3))
          yield piece
        }
      }
      await under.write(name, { length, pieces: source })
    },
  }
  const written = new AbortController()
  const before = tf.memory()
  const saving = save({ store: slow, name: 'a', optimizer, ...now }).finally(() => written.abort())
  let steps = 0
  while (!written.signal.aborted && steps < 1000) {
    now = step(optimizer, { donate: true })(grads, now.state, now.params)
    steps++
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await saving
  expect(steps).toBeGreaterThan(1)
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
  const back = await restore({ store: under, name: 'a', optimizer, like: now })
  expect(numbers([back.params, back.state])).toEqual(wanted)
  disposeExcept([now, back, grads.large], [])
})

test.skipIf(onWebgl)(
  'a restore reads one version, a tensor or a part of one at a time, and whoever describes or plans one its header alone',
  async () => {
    const now = start()
    const { store, under, ranges, stillOpen } = noting()
    await save({ store, name: 'a', optimizer, ...now })
    const whole = (await under.read('a')).length
    const before = tf.memory().numTensors
    const back = await restore({ store, name: 'a', optimizer, like: now })
    expect(numbers([back.params, back.state])).toEqual(numbers([now.params, now.state]))
    // the heap of wasm takes parts
    expect(Math.max(...ranges.map(({ begin, end }) => end - begin))).toBe(backendName === 'wasm' ? 2 ** 22 : 4 * large)
    disposeExcept(back, [])
    ranges.length = 0
    await planRestore({ store, name: 'a', optimizer, like: now })
    await describeCheckpoint({ store, name: 'a' })
    expect(ranges.length).toBeLessThanOrEqual(4)
    expect(Math.max(...ranges.map(({ end }) => end))).toBeLessThan(whole / 100)
    // another version is written while this one is read
    const { open } = under
    const changing: Store = {
      ...under,
      open: async (name) => {
        if (open === undefined) throw new Error('a store that opens nothing')
        const item = await open(name)
        await under.write(name, Uint8Array.of(1, 2, 3))
        return item
      },
    }
    const old = await restore({ store: changing, name: 'a', optimizer, like: now })
    expect(numbers(old.params)).toEqual(numbers(now.params))
    disposeExcept([old, now], [])
    expect([tf.memory().numTensors, stillOpen()]).toEqual([before - tensorsOf([now.params, now.state]).length, 0])
  },
)

test.skipIf(onWebgl)(
  'a read that breaks off leaves no tensor, and a device that cannot be read leaves what was there',
  async () => {
    const now = start()
    const { store, under, stillOpen } = noting()
    await save({ store, name: 'a', optimizer, ...now })
    const before = tf.memory().numTensors
    const broken: Store = {
      ...store,
      open: async (name) => {
        const item = await (store.open?.(name) ?? Promise.reject(new Error('a store that opens nothing')))
        const read = async (range: ByteRange) =>
          range.begin > 5 * large ? Promise.reject(new Error('the disk is gone')) : item.read(range)
        return { ...item, read }
      },
    }
    await expect(restore({ store: broken, name: 'a', optimizer, like: now })).rejects.toMatchObject({
      problems: [{ _tag: 'Store', path: 'a', found: 'Error: the disk is gone' }],
    })
    expect([tf.memory().numTensors, stillOpen()]).toEqual([before, 0])
    const kept = hash(await under.read('a'))
    const failed = save({ store, name: 'a', optimizer, ...now })
    const restoreDevice = lostDevice()
    await expect(failed).rejects.toMatchObject({
      problems: [{ _tag: 'Store', path: 'device', found: 'Error: the device is lost' }],
    })
    restoreDevice()
    expect(hash(await under.read('a'))).toBe(kept)
    expect(tf.memory().numTensors).toBe(before)
    disposeExcept(now, [])
  },
)

test.skipIf(onWebgl)('checkpoints are averaged a tensor at a time', async () => {
  const params = { a: tf.fill([large], 1), b: tf.fill([large], 2), c: tf.scalar(3) }
  const now = { params, state: optimizer.init(params) }
  const { store, ranges } = noting()
  await save({ store, name: 'a', optimizer, ...now })
  const mean = await averageCheckpoints({ store, names: ['a', 'a'], like: params })
  expect(Math.max(...ranges.map(({ begin, end }) => end - begin))).toBeLessThanOrEqual(4 * large + 4)
  expect(numbers(mean)).toEqual(numbers(params))
  // neither the momentum nor the average is read
  expect(ranges.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBeLessThan(2 * (8 * large + 2 ** 17))
  disposeExcept([now, mean], [])
})
