import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { describe } from '../transformation/describe.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { describeCheckpoint } from './describeCheckpoint.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { formatCheckpoint } from './formatCheckpoint.js'
import { memoryStore } from './memoryStore.js'
import { save, saveSwapped } from './save.js'

const optimizer = F.pipe(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 })),
  withMovingAverage({ decay: 0.5 }),
)
const saved = async (saving: typeof save) => {
  const params = { dense: { kernel: tf.zeros([30, 40]), bias: tf.zeros([40]) }, steps: tf.scalar(7, 'int32') }
  const now = { params, state: optimizer.init(params) }
  const store = memoryStore()
  await saving({ store, name: 'last', optimizer, ...now, record: { epoch: 3, best: Infinity, note: 'a\u001b[31mb' } })
  disposeExcept(now, [])
  return store
}

test('says what is in a file, without an optimizer and without a tensor', async () => {
  const store = await saved(save)
  const before = tf.memory().numTensors
  const found = await describeCheckpoint({ store, name: 'last' })
  expect(tf.memory().numTensors).toBe(before)
  expect(found).toMatchObject({ bytes: (await store.read('last')).length, format: '2', swapped: false, warnings: [] })
  const { dense } = { dense: ['dense/bias', 'dense/kernel'] }
  const slots = ['ExponentialMovingAverage', 'inner.1.0.mu', 'inner.1.0.nu']
  expect(found.tensors.map(({ name, parameter, slot }) => [name, parameter, slot])).toEqual(
    [...dense, 'steps'].flatMap((leaf) => [
      [leaf, leaf, null],
      ...slots.map((slot) => [`${leaf}/${slot}`, leaf, slot]),
    ]),
  )
  expect(found.tensors.filter(({ parameter }) => parameter === 'dense/kernel')).toEqual(
    [null, ...slots].map((slot) => ({
      name: slot === null ? 'dense/kernel' : `dense/kernel/${slot}`,
      parameter: 'dense/kernel',
      slot,
      dtype: 'float32',
      shape: [30, 40],
      bytes: 4800,
    })),
  )
  expect(found.tensors.find(({ name }) => name === 'steps')?.dtype).toBe('int32')
  expect(found.numbers).toMatchObject({ count: 0, 'inner.1.0.count': 0 })
  expect(found.optimizer).toMatchObject({ name: describe(optimizer).name, parts: [{ name: 'chain' }] })
  expect(found.record).toEqual({ epoch: 3, best: Infinity, note: 'a\u001b[31mb' })
})

test('as a table, which cannot steer the terminal', async () => {
  const store = await saved(saveSwapped)
  const found = await describeCheckpoint({ store, name: 'last' })
  const text = formatCheckpoint(found)
  expect(text).toBe(
    [
      `${String(found.bytes).replace(/(?=...$)/, ',')} bytes, format 2, swapped`,
      '',
      'optimizer',
      ...text.split('\n').filter((line) => /^ +(movingAverage|chain|clip|adam|scaleBy)/.test(line)),
      '',
      'tensors: 12',
      '                              shape     dtype    bytes',
      '  dense/bias                  [40]      float32  160',
      '    ExponentialMovingAverage  [40]      float32  160',
      '    inner.1.0.mu              [40]      float32  160',
      '    inner.1.0.nu              [40]      float32  160',
      '  dense/kernel                [30, 40]  float32  4,800',
      '    ExponentialMovingAverage  [30, 40]  float32  4,800',
      '    inner.1.0.mu              [30, 40]  float32  4,800',
      '    inner.1.0.nu              [30, 40]  float32  4,800',
      '  steps                       []        int32    4',
      '    ExponentialMovingAverage  []        int32    4',
      '    inner.1.0.mu              []        int32    4',
      '    inner.1.0.nu              []        int32    4',
      '',
      'numbers',
      '  inner.1.0.count  0',
      '  inner.1.1.count  0',
      '  count            0',
      '',
      'record',
      '  epoch  3',
      '  best   "Infinity"',
      '  note   "a\\u001b[31mb"',
    ].join('\n'),
  )
  expect(text).toContain('\n    chain()\n      clipByGlobalNorm({ maxNorm: 1 })\n      adam({ learningRate: 0.1,')
})

test("another program's file is described too; what cannot be read is a warning; what is no file is refused", async () => {
  const store = memoryStore()
  const w = { name: 'w\n\u202e', dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const
  await store.write('other', encodeSafetensors([w]))
  const other = await describeCheckpoint({ store, name: 'other' })
  expect(other).toMatchObject({ format: null, optimizer: null, numbers: {}, record: {}, tensors: [{ slot: null }] })
  expect(other.warnings.map(({ _tag }) => _tag)).toEqual(['Missing', 'Missing', 'Missing', 'Missing'])
  expect(formatCheckpoint(other)).toMatch(/not written by save\n\ntensors: 1\n.*\n {2}w\\u000a\\u202e +\[1\]/)
  expect(formatCheckpoint(other)).not.toContain('\u202e')
  const odd = { 'polyak.numbers': '{"a":1,"b":"x","c":"-0"}', 'polyak.optimizer': '{' }
  await store.write('odd', encodeSafetensors([{ ...w, name: '/inner.0.norm' }], odd))
  const found = await describeCheckpoint({ store, name: 'odd' })
  expect(found.numbers).toEqual({ a: 1, c: -0 })
  expect(found.tensors).toMatchObject([{ parameter: null, slot: 'inner.0.norm' }])
  expect(found.warnings.map(({ path }) => path)).toEqual([
    'polyak.format',
    'polyak.optimizer',
    'polyak.numbers.b',
    'polyak.record',
  ])
  expect(formatCheckpoint(found)).toMatch(/\(whole tree\) inner\.0\.norm[\s\S]*\n {2}c {2}-0\n/)
  await store.write('bad', Uint8Array.of(1, 2, 3))
  await expect(describeCheckpoint({ store, name: 'bad' })).rejects.toMatchObject({ problems: [{ _tag: 'Corrupt' }] })
  await expect(describeCheckpoint({ store, name: 'no' })).rejects.toMatchObject({ problems: [{ _tag: 'Missing' }] })
})
