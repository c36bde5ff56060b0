import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { whole } from '../../laws/checks/part.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { byPath } from '../combinators/byPath.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adam } from '../optimizers/adam.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { describeCheckpointTask } from './describeCheckpointTask.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { metadataParts } from './metadataParts.js'
import { planRestoreTask } from './planRestoreTask.js'
import { restoreTask } from './restoreTask.js'
import { save } from './save.js'

const keys = ['polyak.format', 'polyak.numbers', 'polyak.optimizer', 'polyak.parts', 'polyak.record', 'polyak.swapped']
const averaged = withMovingAverage({ decay: 0.5 })
const optimizer = averaged(
  multiSteps({ everyKSchedule: 2 })(masked({ mask: byPath((path) => path === 'w') })(adam({ learningRate: 0.1 }))),
)

/** Text that is nearly JSON: JSON of what the format has words for, with characters changed, doubled or lost. */
const words = [
  'at',
  'of',
  'average',
  'holds',
  'kind',
  'sees',
  'opaque',
  'given',
  'inner.inner.0',
  'count',
  '__proto__',
  'w',
]
const word = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 }))
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.double(),
    fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, null, true, 'Infinity', 'NaN', '-0'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    fc.record(
      { at: word, of: word, average: word, kind: word, sees: fc.array(word, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
  ),
})).value

/** One thing that is done to a text. */
const edit = fc.record({
  at: fc.nat(),
  cut: fc.nat(3),
  put: fc.constantFrom('', '"', '[', ']', '{', '}', ',', '0', '\\u0061', 'é', '[{"at":"'),
})
type Edit = { readonly at: number; readonly cut: number; readonly put: string }
const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((now, { at, cut, put }) => {
    const place = at % (now.length + 1)
    return now.slice(0, place) + put + now.slice(place + cut)
  }, text)

const texts = fc.oneof(
  json.map((value) => ({ kind: 'new' as const, text: JSON.stringify(value) ?? '' })),
  fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => ({ kind: 'edited' as const, edits })),
)

const saved = async () => {
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const state = optimizer.init(params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer, params, state, record: { epoch: 1 } })
  const file = decodeSafetensors(await store.read('a'))
  if (E.isLeft(file)) throw new Error('no file')
  return { like: { params, state }, store, ...file.right }
}

test('metadata of any kind is read or told: never a throw, a hang, a tensor left', async () => {
  const { like, store, entries, metadata } = await saved()
  const before = tf.memory().numTensors
  let [right, left] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...keys), texts, fc.boolean(), async (key, change, accepting) => {
      const text = change.kind === 'new' ? change.text : edited(metadata[key] ?? '', change.edits)
      if (/\p{Surrogate}/u.test(text)) return
      await store.write('a', encodeSafetensors(entries, { ...metadata, [key]: text }))
      const began = performance.now()
      const request = { store, name: 'a', optimizer, like }
      const accept = accepting ? { accept: ['started', 'dropped', 'shape'] as const } : {}
      const back = await restoreTask({ ...request, ...accept })()
      const plan = await planRestoreTask(request)()
      const described = await describeCheckpointTask(request)()
      expect(performance.now() - began).toBeLessThan(1000)
      expect(E.isRight(described)).toBe(true)
      if (E.isRight(back)) {
        right++
        expect(E.isRight(plan)).toBe(true)
        // whatever it says, numbers are numbers, and counts are counts
        const { count, inner } = back.right.state
        for (const n of [count, inner.miniStep, inner.gradientStep, ...Object.values(inner.given)])
          expect(Number.isSafeInteger(n) && n >= 0).toBe(true)
        disposeExcept(back.right, [])
      } else {
        left++
        for (const { message, path } of back.left) expect(message.length + path.length).toBeGreaterThan(10)
      }
      expect(tf.memory().numTensors).toBe(before)
    }),
    { numRuns: whole ? 200_000 : 600 },
  )
  // both happen: the fuzz reaches what is read, too
  expect(Math.min(right, left)).toBeGreaterThan(50)
  disposeExcept(like, [])
}, 3_600_000)

test('the parts of a file alone, faster', () => {
  const good = '[{"at":"inner","of":"multiSteps","holds":["acc"]},{"at":"","of":"m","average":"A","sees":["w"]}]'
  fc.assert(
    fc.property(texts, (change) => {
      const text = change.kind === 'new' ? change.text : edited(good, change.edits)
      const { parts, problems } = metadataParts({ 'polyak.format': '2', 'polyak.parts': text })
      const told = problems.some(({ path }) => path.startsWith('polyak.parts'))
      expect(told).toBe(parts === undefined)
      for (const part of parts ?? []) expect([typeof part.at, typeof part.of]).toEqual(['string', 'string'])
    }),
    { numRuns: whole ? 800_000 : 3000 },
  )
}, 3_600_000)
