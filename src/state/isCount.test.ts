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
