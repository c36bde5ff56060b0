import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { decodeSafetensors } from '../checkpoint/decodeSafetensors.js'
import { encodeSafetensors } from '../checkpoint/encodeSafetensors.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { restoreTask } from '../checkpoint/restoreTask.js'
import { save } from '../checkpoint/save.js'
import { injectHyperparams } from '../combinators/injectHyperparams.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}
const optimizer = withMovingAverage({ decay: 0.5, debias: true })(
  multiSteps({ everyKSchedule: 2 })(injectHyperparams(adam)({ learningRate: 0 })),
)

/** What becomes of a file whose numbers are others. */
const restoredWith = async (change: (numbers: string) => string) => {
  const params = { w: tf.scalar(1) }
  const now = { params, state: optimizer.init(params) }
  const store = memoryStore()
  await save({ store, name: 'a', optimizer, ...now })
  const { entries, metadata } = right(decodeSafetensors(await store.read('a')))
  const numbers = metadata['polyak.numbers'] ?? ''
  const changed = change(numbers)
  expect(changed).not.toBe(numbers)
  await store.write('a', encodeSafetensors(entries, { ...metadata, 'polyak.numbers': changed }))
  const back = await restoreTask({ store, name: 'a', optimizer, like: now })()
  disposeExcept([now, E.isRight(back) ? back.right : null], [])
  return E.isRight(back) ? [] : back.left.map(({ path }) => path)
}

test.each(['-5', '1.5', '"NaN"', '"-0"', '1e300', '"Infinity"', '9007199254740992'])(
  'every count in a file that is %s is refused by its path',
  async (wrong) => {
    const names: string[] = []
    const all = await restoredWith((text) =>
      text.replaceAll(/"([^"]*)":0(?=[,}])/g, (whole, name: string) => {
        // a hyperparameter, and numbers that a part keeps for each leaf
        if (name.endsWith('learningRate') || name.includes('.given.')) return whole
        names.push(name)
        return `"${name}":${wrong}`
      }),
    )
    const counts = wrong === '"-0"' ? [] : names.toSorted()
    expect(names).toContain('count')
    expect(names.length).toBeGreaterThan(3)
    expect([...all].toSorted()).toEqual(counts)
  },
)

test('other numbers may be anything', async () => {
  const rate = /("[^"]*learningRate"):0(?=[,}])/
  for (const value of ['-5', '1.5', '"NaN"'])
    expect(await restoredWith((text) => text.replace(rate, `$1:${value}`))).toEqual([])
})

test('a number that is given twice is refused, also in disguise', async () => {
  expect(await restoredWith((text) => text.replace('{', '{"count":7,'))).toEqual(['polyak.numbers.count'])
  expect(await restoredWith((text) => text.replace('{', '{"c\\u006funt":7,'))).toEqual(['polyak.numbers.count'])
})

test('a description without bottom is refused, not a stack that overflows', async () => {
  const params = { w: tf.scalar(1) }
  const plain = sgd({ learningRate: 1 })
  const now = { params, state: plain.init(params) }
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: plain, ...now })
  const { entries, metadata } = right(decodeSafetensors(await store.read('a')))
  const deep = (n: number) => '{"name":"a","options":{},"parts":['.repeat(n) + ']}'.repeat(n)
  for (const text of [deep(5000), `{"name":"sgd","options":{"x":${'['.repeat(5000)}${']'.repeat(5000)}},"parts":[]}`]) {
    await store.write('a', encodeSafetensors(entries, { ...metadata, 'polyak.optimizer': text }))
    await expect(restore({ store, name: 'a', optimizer: plain, like: now })).rejects.toMatchObject({
      problems: [{ _tag: 'Corrupt', path: 'polyak.optimizer', expected: 'at most 500 levels of nesting' }],
    })
  }
  disposeExcept(now, [])
})

const gathering = multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))

/** A file as 0.1.0 wrote it, after one of two micro-batches: it does not tell which leaves that was for. */
const writtenBefore = async (change: (numbers: Readonly<Record<string, unknown>>) => object) => {
  const params = { w: tf.scalar(1), b: tf.scalar(1) }
  const [, state] = gathering.update({ w: tf.scalar(4), b: null }, gathering.init(params), params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: gathering, params, state })
  const { entries, metadata } = right(decodeSafetensors(await store.read('a')))
  const numbers = JSON.parse(metadata['polyak.numbers'] ?? '') as Readonly<Record<string, unknown>>
  expect(Object.keys(numbers)).toContain('given.w')
  await store.write('a', encodeSafetensors(entries, { ...metadata, 'polyak.numbers': JSON.stringify(change(numbers)) }))
  return { store, like: { params, state } }
}

const withoutGiven = (numbers: object) =>
  Object.fromEntries(Object.entries(numbers).filter(([path]) => !path.startsWith('given.')))

test('a file from before it was told which leaves updates have gathered for: none of them is lost', async () => {
  const { store, like } = await writtenBefore(withoutGiven)
  const back = await restore({ store, name: 'a', optimizer: gathering, like })
  expect([back.state.given, back.state.miniStep]).toEqual([{ w: 1, b: 1 }, 1])
  const now = step(gathering)({ w: null, b: null }, back.state, back.params)
  expect([now.params.w, now.params.b].map((p) => p.dataSync()[0])).toEqual([-1, 1])
  expect([now.state.given, now.state.miniStep]).toEqual([{ w: 0, b: 0 }, 0])
})

test.each([-1, 0.5, '"NaN"'])('what is told of a leaf is a count, not %s', async (x) => {
  const { store, like } = await writtenBefore((numbers) => ({ ...numbers, 'given.w': x }))
  const back = await restoreTask({ store, name: 'a', optimizer: gathering, like })()
  expect(E.isLeft(back) ? back.left.map(({ path }) => path) : []).toEqual(['given.w'])
})

test('a file that lacks another number is refused as before', async () => {
  const { store, like } = await writtenBefore((numbers) =>
    withoutGiven(Object.fromEntries(Object.entries(numbers).filter(([path]) => path !== 'miniStep'))),
  )
  const back = await restoreTask({ store, name: 'a', optimizer: gathering, like })()
  expect(E.isLeft(back) ? back.left.map(({ path }) => path) : []).toEqual(['miniStep'])
})
