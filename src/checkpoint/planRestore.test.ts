import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { transformations } from '../../laws/arbitraries/transformations.js'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { formatPlan } from '../migration/formatPlan.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { memoryStore } from './memoryStore.js'
import { planRestore } from './planRestore.js'
import { planRestoreTask } from './planRestoreTask.js'
import { restore } from './restore.js'
import { restoreTask } from './restoreTask.js'
import { save } from './save.js'
import type { Store } from './Store.js'

const rate = { learningRate: 0.1 }
const start = () => ({ w: tf.tensor1d([1, -2]), deep: [{ b: tf.scalar(3) }] as const })
const values = (tree: unknown): readonly number[] => tensorsOf(tree).flatMap((tensor) => [...tensor.dataSync()])

/** Rewrites the metadata of a file. */
const rewrite = async (
  store: Store,
  change: (metadata: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<void> => {
  const file = decodeSafetensors(await store.read('a'))
  if (E.isLeft(file)) throw new Error('no file')
  await store.write('a', encodeSafetensors(file.right.entries, change(file.right.metadata)))
}

/** What 0.1.0 wrote. */
const asFormat1 = (metadata: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'polyak.parts')),
  'polyak.format': '1',
})

test('of what was saved every line is the same, and planning makes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(transformations, fc.boolean(), async (tx, first) => {
      const params = start()
      const state = tx.init(params)
      const store = memoryStore()
      await save({ store, name: 'a', optimizer: tx, params, state })
      if (first) await rewrite(store, asFormat1)
      const before = tf.memory().numTensors
      const { lines, exact } = await planRestore({ store, name: 'a', optimizer: tx, like: { params, state } })
      expect(lines.filter(({ kind }) => kind !== 'same')).toEqual([])
      expect([exact, lines.length >= 2]).toEqual([true, true])
      expect(tf.memory().numTensors).toBe(before)
      disposeExcept([params, state], [])
    }),
    { numRuns: backendName === 'webgl' ? 2 : 15 },
  )
})

test('a plan of a file tells parameters first; what is accepted is restored, and what begins begins at the new parameter', async () => {
  const before = tf.memory().numTensors
  const params = start()
  const [from, to] = [adam(rate), withMovingAverage({ decay: 0.5 })(adam(rate))]
  const first = from.init(params)
  const now = step(from)(params, first, params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: from, ...now })
  const wider = { ...params, head: tf.tensor1d([7, 8]) }
  const like = { params: wider, state: to.init(wider) }
  const request = { store, name: 'a', optimizer: to, like }
  expect(
    formatPlan(await planRestore(request))
      .split('\n')
      .slice(0, 3),
  ).toEqual([
    '2 same, 6 moved, 7 started',
    "  started    head at the parameter: the file has no such parameter: it begins as that of like (accept: 'started')",
    '  moved      inner.0.count <- 0.count',
  ])
  const refused = await restoreTask(request)()
  expect(E.isLeft(refused) && refused.left.slice(0, 3).map(({ _tag, path }) => [_tag, path])).toEqual([
    ['Mismatch', 'movingAverage'],
    ['Missing', 'head'],
    ['Missing', 'head/inner.0.mu'],
  ])
  await expect(restore(request)).rejects.toThrow("it would begin at zeros: if so, pass accept: ['started']")
  const back = await restore({ ...request, accept: ['started'] })
  expect(values(back.params)).toEqual([...values(now.params), 7, 8])
  expect(values(back.state.average)).toEqual(values(back.params))
  expect(back.state.inner[0].count).toBe(1)
  expect(values(back.state.inner[0].mu)).toEqual([...values(now.state[0].mu), 0, 0])
  disposeExcept([params, first, now, like, back], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('parameters alone: of another optimizer, of a renamed model, of a file that no optimizer wrote', async () => {
  const params = start()
  const from = adam(rate)
  const store = memoryStore()
  const state = from.init(params)
  await save({ store, name: 'a', optimizer: from, params, state, record: { epoch: 3 } })
  const to = multiSteps({ everyKSchedule: 2 })(adamw(rate))
  const other = { v: tf.tensor1d([0, 0]), deep: [{ b: tf.scalar(0) }] as const }
  const like = { params: other, state: to.init(other) }
  const before = tf.memory().numTensors
  const request = { store, name: 'a', optimizer: to, like, rename: [['w', 'v']], accept: 'parameters' } as const
  const back = await restore(request)
  expect([values(back.params.v), values(back.params.deep), back.record]).toEqual([[1, -2], [3], { epoch: 3 }])
  expect([back.state.miniStep, values(back.state.acc)]).toEqual([0, [0, 0, 0]])
  disposeExcept(back, [])
  await expect(restore({ ...request, rename: [] })).rejects.toMatchObject({
    problems: [{ _tag: 'Missing', path: 'v' }],
  })
  await rewrite(store, () => ({ format: 'pt' }))
  const foreign = await restore(request)
  expect(values(foreign.params.v)).toEqual([1, -2])
  expect(foreign.warnings.map(({ path }) => path)).toContain('polyak.format')
  disposeExcept(foreign, [])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept([params, state, like], [])
})

test('a file of format 1 is read through the chain that wrote it', async () => {
  const params = start()
  const [from, to] = [adam(rate), chain(clipByGlobalNorm({ maxNorm: 1e9 }), adamw(rate))]
  const now = step(from)(params, from.init(params), params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: from, ...now })
  await rewrite(store, asFormat1)
  const like = { params, state: to.init(params) }
  const before = tf.memory().numTensors
  await expect(restore({ store, name: 'a', optimizer: to, like })).rejects.toThrow(
    'pass the chain that saved the file as `from`',
  )
  await expect(restore({ store, name: 'a', optimizer: to, like, from: adamw(rate) })).rejects.toThrow('`from`')
  const back = await restore({ store, name: 'a', optimizer: to, like, from, accept: ['started'] })
  expect(values(back.state[1][0])).toEqual(values(now.state[0]))
  expect([back.state[1][0].count, back.state[1][1].count, back.state[1][2].count]).toEqual([1, 0, 1])
  const own = await restore({ store, name: 'a', optimizer: from, like: now })
  expect(values(own.state)).toEqual(values(now.state))
  expect(own.warnings).toEqual([])
  disposeExcept([back, own], [])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept([params, now, like], [])
})

test('what does not fit a file is told, and a number that is no count is never taken', async () => {
  const params = start()
  const [from, to] = [adam(rate), chain(clipByGlobalNorm({ maxNorm: 1e9 }), adam(rate))]
  const state = from.init(params)
  const store = memoryStore()
  await save({ store, name: 'a', optimizer: from, params, state })
  const request = { store, name: 'a', optimizer: to, like: { params, state: to.init(params) } }
  const problems = async (how: object) => {
    const found = await planRestoreTask({ ...request, ...how })()
    return E.isLeft(found) ? found.left.map(({ path, found: what }) => `${path}: ${what}`) : []
  }
  expect((await problems({ slots: { scaleByAdam: 'trace' } }))[0]).toMatch(/^plan: slots: nothing in the old state/)
  expect((await problems({ rename: [['x', 'y']] }))[0]).toMatch(/^plan: rename: "x" fits no leaf/)
  for (const count of ['-1', '0.5', '"NaN"', '1e400']) {
    await rewrite(store, (metadata) => ({ ...metadata, 'polyak.numbers': `{"0.count":${count},"1.count":0}` }))
    expect(
      (await problems({})).map((text) => text.split(':')[0]),
      count,
    ).toEqual([count === '1e400' ? '0.count' : '1.0.count'])
  }
  disposeExcept([params, state, request.like], [])
})
