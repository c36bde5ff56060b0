import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E, function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { averages } from '../averaging/averages.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adam } from '../optimizers/adam.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { memoryStore } from './memoryStore.js'
import { restore, restoreSwapped } from './restore.js'
import { restoreTask } from './restoreTask.js'
import { save, saveSwapped } from './save.js'

const optimizer = F.pipe(
  adam({ learningRate: 0.1 }),
  withMovingAverage({ decay: 0.5 }),
  withMovingAverage({ decay: 0.9, name: 'Slow', debias: true }),
)
const start = () => {
  const params = { w: tf.tensor1d([1, -2, 3]), frozen: null, deep: [{ b: tf.scalar(0.25) }] }
  return { params, state: optimizer.init(params) }
}
const gradsAt = (i: number) => ({
  w: tf.tensor1d([Math.sin(i), Math.cos(i), i / 8]),
  frozen: null,
  deep: [{ b: tf.scalar(Math.sin(3 * i)) }],
})
const run = (from: ReturnType<typeof start>, first: number, steps: number): ReturnType<typeof start> => {
  let now = from
  for (let i = first; i < first + steps; i++) {
    const grads = gradsAt(i)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([grads, now === from ? [] : now], [next, from])
    now = next
  }
  return now
}
const bits = (value: unknown) =>
  tensorsOf(value).map((tensor) => [...new Int32Array(Float32Array.from(tensor.dataSync()).buffer)])

test.each([['plain'], ['swapped']] as const)(
  'a run resumed from a %s file equals the unbroken one, bit for bit',
  async (kind) => {
    const before = tf.memory().numTensors
    const store = memoryStore()
    const begin = start()
    const half = run(begin, 0, 3)
    const request = { store, name: 'half', optimizer, ...half }
    await (kind === 'plain' ? save(request) : saveSwapped({ ...request, average: 'Slow' }))
    const like = { store, name: 'half', optimizer, like: begin }
    const back = await (kind === 'plain' ? restore(like) : restoreSwapped({ ...like, average: 'Slow' }))
    const unbroken = run(half, 3, 3)
    const resumed = run(back, 3, 3)
    expect(bits(resumed)).toEqual(bits(unbroken))
    expect(resumed.state.total).toBe(unbroken.state.total)
    expect(resumed.state.inner.count).toBe(6)
    expect(averages(optimizer).map(({ name, path }) => [name, path])).toEqual([
      ['ExponentialMovingAverage', 'inner'],
      ['Slow', ''],
    ])
    disposeExcept([begin, half, back, unbroken, resumed], [])
    expect(tf.memory().numTensors).toBe(before)
  },
)

test('swapping with several averages and none named is refused with a list of them', async () => {
  const now = start()
  const saving = saveSwapped({ store: memoryStore(), name: 'a', optimizer, ...now })
  await expect(saving).rejects.toMatchObject({
    problems: [{ _tag: 'Missing', found: 'averages named ExponentialMovingAverage, Slow' }],
  })
  disposeExcept(now, [])
})

test('a corrupt, truncated or foreign file is refused with every problem; nothing is made, the store stays as it was', async () => {
  const now = start()
  const store = memoryStore()
  await save({ store, name: 'good', optimizer, ...now })
  const good = await store.read('good')
  const before = tf.memory().numTensors
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (place, change, cut) => {
        const bad = cut
          ? good.slice(0, Math.max(1, place))
          : good.map((byte, i) => (i === place ? (byte + change) % 256 : byte))
        await store.write('bad', bad)
        const result = await restoreTask({ store, name: 'bad', optimizer, like: now })()
        // A changed byte of data, of a number or of the record is another valid file; all else must be noticed.
        if (E.isRight(result)) disposeExcept(result.right, [])
        else for (const { message, path } of result.left) expect(message.length + path.length).toBeGreaterThan(10)
        if (cut && place < good.length - 1) expect(E.isLeft(result)).toBe(true)
        expect(await store.read('bad')).toEqual(bad)
        expect(tf.memory().numTensors).toBe(before)
      },
    ),
    { numRuns: backendName === 'webgl' ? 4 : casesOf(60) },
  )
  const smaller = F.pipe(adam({ learningRate: 0.1 }), withMovingAverage({ decay: 0.5 }))
  const params = { w: tf.tensor1d([1, 2]) }
  const like = { params, state: smaller.init(params) }
  const foreign = restore({ store, name: 'good', optimizer: smaller, like })
  await expect(foreign).rejects.toThrow(CheckpointFailed)
  await expect(restore({ store, name: 'absent', optimizer, like: now })).rejects.toMatchObject({
    problems: [{ _tag: 'Missing' }],
  })
  disposeExcept([now, like], [])
})
