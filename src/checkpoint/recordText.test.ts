import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import type { CheckpointRecord } from './CheckpointContents.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { restore } from './restore.js'
import { save } from './save.js'
import { casesOf } from '../../laws/checks/part.js'

const optimizer = adam({ learningRate: 0.1 })
const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

/** A store with a file named `a`; the tensors that are there besides are counted. */
const fresh = () => {
  const params = { w: tf.tensor1d([1, 2]) }
  const now = { params, state: optimizer.init(params) }
  const store = memoryStore()
  return {
    now,
    store,
    saved: (record: unknown) => save({ store, name: 'a', optimizer, ...now, record: record as CheckpointRecord }), // as JavaScript may
    restored: () => restore({ store, name: 'a', optimizer, like: now }),
    metadata: async () => right(decodeSafetensors(await store.read('a'))).metadata,
    /** The same file with other text under a key of its metadata. */
    changed: async (key: string, text: string) => {
      const { entries, metadata } = right(decodeSafetensors(await store.read('a')))
      await store.write('a', encodeSafetensors(entries, { ...metadata, [key]: text }))
    },
  }
}

describe('a record comes back exactly', () => {
  test('numbers that JSON has no word for, and strings that look like them', async () => {
    const { now, saved, restored, metadata } = fresh()
    const record = {
      best: Infinity,
      worst: -Infinity,
      loss: Number.NaN,
      zero: -0,
      tiny: 5e-324,
      text: 'Infinity',
      $number: 'NaN',
      nothing: null,
      seed: [1, [-0, Number.NaN, 'NaN'], { $number: 'Infinity', $$: { $number: -Infinity }, '': [] }],
    }
    await saved(record)
    const back = await restored()
    expect(back.record).toEqual(record) // vitest tells −0 from 0 here
    expect(back.warnings).toEqual([])
    expect((await metadata())['polyak.record']).toContain('"best":{"$number":"Infinity"}')
    disposeExcept([now, back], [])
  })

  test('whatever is made of strings, numbers, booleans, null, lists and records', async () => {
    const { now, saved, restored } = fresh()
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('$number', '$$', '$', '__proto__', 'toString'))
    const { value } = fc.letrec<{ value: unknown; record: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.double(),
        fc.constantFrom(null, true, -0, 'NaN'),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('record'),
      ),
      record: fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    }))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 4 }), async (record) => {
        await saved(record)
        const back = await restored()
        expect(back.record).toEqual(record)
        expect(back.warnings).toEqual([])
        disposeExcept(back, [])
      }),
      { numRuns: casesOf(60) },
    )
    disposeExcept(now, [])
  })

  test('files of before: words are strings, a field that was undefined is none', async () => {
    const { now, saved, restored, changed } = fresh()
    await saved({ epoch: 3, gone: undefined })
    await changed('polyak.record', '{"best":"Infinity","$number":"-0","$x":null,"epoch":3}')
    const back = await restored()
    expect(back.record).toEqual({ best: 'Infinity', $number: '-0', $x: null, epoch: 3 })
    disposeExcept([now, back], [])
  })
})

describe('a record that a file cannot hold is refused by path, before anything is written or held', () => {
  const cycle: unknown[] = []
  cycle.push({ again: cycle })
  const getter = {
    get boom(): number {
      throw new Error('not today')
    },
  }
  const deep = Array.from({ length: 101 }).reduce<unknown>((inner) => [inner], 1)
  test.each<readonly [name: string, record: unknown, path: string, found: string]>([
    ['a big integer', { seed: 3n }, 'polyak.record.seed', '3n'],
    ['one that holds itself', { a: { cycle } }, 'polyak.record.a.cycle.0.again', 'a record or list that holds itself'],
    ['a hole', { list: [1, , 2] }, 'polyak.record.list.1', 'undefined'], // oxlint-disable-line no-sparse-arrays
    ['a date', { when: [new Date(0)] }, 'polyak.record.when.0', 'a Date'],
    ['a tensor-like array', { seed: Float32Array.of(1) }, 'polyak.record.seed', 'a Float32Array'],
    ['a map', { seen: new Map() }, 'polyak.record.seen', 'a Map'],
    ['a function', { f: () => 1 }, 'polyak.record.f', 'the function f'],
    ['a symbol for a key', { at: { [Symbol('s')]: 1 } }, 'polyak.record.at', 'a key that is a symbol'],
    ['null', null, 'polyak.record', 'null'],
    ['a list', [1], 'polyak.record', '[1]'],
    ['a string', 'epoch 3', 'polyak.record', "'epoch 3'"],
    ['a getter that throws', getter, 'polyak.record', 'a record that cannot be read: Error: not today'],
    ['too many levels', { deep }, `polyak.record.deep${'.0'.repeat(99)}`, 'more than 100 levels'],
  ])('%#', async (_name, record, path, found) => {
    const { now, store, saved } = fresh()
    await saved({ epoch: 3 })
    const file = await store.read('a')
    const before = tf.memory().numTensors
    await expect(saved(record)).rejects.toMatchObject({ problems: [{ _tag: 'Unsupported', path, found }] })
    expect(tf.memory().numTensors).toBe(before)
    expect(await store.read('a')).toEqual(file)
    disposeExcept(now, [])
  })

  test('every problem is told at once', async () => {
    const { now, saved } = fresh()
    await expect(saved({ a: 1n, b: { c: [2n] } })).rejects.toMatchObject({
      problems: [{ path: 'polyak.record.a' }, { path: 'polyak.record.b.c.0' }],
    })
    disposeExcept(now, [])
  })
})

test('options that JSON cannot hold, and a tensor that is gone, leave nothing behind', async () => {
  const params = { v: tf.scalar(1), w: tf.scalar(2) }
  const plain = sgd({ learningRate: 1 })
  const odd = {
    ...plain,
    anatomy: { ...plain.anatomy, description: { name: 'odd', options: { seed: 3n }, parts: [] } },
  } as unknown as typeof plain // as JavaScript may
  const before = tf.memory().numTensors
  const store = memoryStore()
  await expect(save({ store, name: 'a', optimizer: odd, params, state: plain.init(params) })).rejects.toMatchObject({
    problems: [{ _tag: 'Unsupported', path: 'polyak.optimizer' }],
  })
  const state = plain.init(params)
  params.w.dispose()
  await expect(save({ store, name: 'a', optimizer: plain, params, state })).rejects.toMatchObject({
    problems: [{ _tag: 'Missing', path: 'w', found: 'one that is disposed' }],
  })
  expect(tf.memory().numTensors).toBe(before - 1)
  expect(await store.list()).toEqual([])
  params.v.dispose()
})

describe('a bad record in a file never costs its parameters', () => {
  test.each<readonly [text: string, record: CheckpointRecord, paths: readonly string[]]>([
    [
      '{"epoch":3,"best":1e999,"deep":{"a":[1,{"$number":"7"}],"b":1}}',
      { epoch: 3, deep: { b: 1 } },
      ['best', 'deep.a.1'],
    ],
    ['{"$number":3,"x":{"$number":"NaN","y":1}}', { $number: 3 }, ['x']],
    ['null', {}, ['']],
    ['[1]', {}, ['']],
    ['{"epoch":', {}, ['']],
    ['{"epoch":3,"epoch":4}', {}, ['epoch']],
    ['{"a":[{"b":1,"\\u0062":2}]}', {}, ['a..b']],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, {}, ['']],
  ])('%#', async (text, record, paths) => {
    const { now, saved, restored, changed } = fresh()
    await saved({ epoch: 3 })
    await changed('polyak.record', text)
    const back = await restored()
    expect([...back.params.w.dataSync()]).toEqual([1, 2])
    expect(back.record).toEqual(record)
    expect(back.warnings.map(({ path }) => path)).toEqual(
      paths.map((path) => (path === '' ? 'polyak.record' : `polyak.record.${path}`)),
    )
    disposeExcept([now, back], [])
  })
})
