import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { alike } from '../../laws/checks/agreeInPasses.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { chain } from './chain.js'
import { flatten } from './flatten.js'
import { measureWithEma } from './measureWithEma.js'
import { monitor } from './monitor.js'
import { snapshot } from './snapshot.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])

test('snapshot keeps the norm before clipping, and passes updates on', () => {
  const before = tf.memory().numTensors
  const tx = chain(
    snapshot({
      measureName: 'gradNorm',
      measure: (updates) => ({ norm: treeNorm(updates), borrowed: (updates as { readonly w: tf.Tensor }).w }),
    }),
    clipByGlobalNorm({ maxNorm: 1 }),
  )
  const params = { w: tf.tensor1d([6, 8]) }
  const grads = { w: tf.tensor1d([3, 4]) }
  const state = tx.init(params)
  expect(numbers(state[0].gradNorm)).toEqual([[10], [6, 8]])
  const [updates, next] = tx.update(grads, state, params)
  expect(numbers(next[0].gradNorm)).toEqual([[5], [3, 4]])
  expect(next[0].gradNorm.borrowed).not.toBe(grads.w)
  expect(Math.hypot(...(numbers(updates)[0] ?? []))).toBeCloseTo(1, 5)
  disposeExcept([params, grads, state, updates, next], [])
  expect(tf.memory().numTensors).toBe(before)
  expect(() => snapshot({ measureName: 'a/b', measure: treeNorm })).toThrow(TypeError)
})

test('monitor keeps several, some of them smoothed; the state never changes its structure', () => {
  const before = tf.memory().numTensors
  const norm = (updates: Tree) => treeNorm(updates)
  const tx = monitor({
    norm,
    smooth: measureWithEma({ measure: norm, decay: 0.5 }),
    raw: measureWithEma({ measure: norm, decay: 0.5, debias: false }),
  })
  const params = { w: tf.tensor1d([6, 8]) }
  let state = tx.init(params)
  const shape = (s: unknown) =>
    JSON.stringify(s, (_, v: unknown) => (v instanceof tf.Tensor ? v.shape : typeof v === 'number' ? 0 : v))
  const first = shape(state)
  const seen: unknown[] = [numbers(state.measurements)]
  for (const g of [4, 8]) {
    const grads = { w: tf.tensor1d([g, 0]) }
    const [updates, next] = tx.update(grads, state, params)
    expect(updates.w).toBe(grads.w)
    seen.push(numbers(next.measurements))
    disposeExcept([state, grads], next)
    state = next
  }
  alike(seen, [
    [[10], [10], [10]],
    [[4], [4], [2]],
    [[8], [Math.fround(20 / 3)], [5]],
  ])
  expect(shape(state)).toBe(first)
  expect(state.states.smooth.count).toBe(2)
  disposeExcept([state, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('flatten: one vector inside, the same steps; norms of leaves become norms of the tree', () => {
  const before = tf.memory().numTensors
  const params = {
    a: tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    b: [tf.scalar(5), null] as const,
    c: tf.tensor1d([6]),
  }
  const [tx, flat] = [
    chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 })),
    flatten(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))),
  ]
  let a = { params, state: tx.init(params) }
  let b = { params, state: flat.init(params) }
  expect(b.state[1][0].mu.shape).toEqual([6])
  for (let i = 0; i < 3; i++) {
    const grads = {
      a: tf.tensor2d([
        [i, -2],
        [1, 0.5],
      ]),
      b: [tf.scalar(i - 1), null] as const,
      c: null,
    }
    const [nextA, nextB] = [step(tx)(grads, a.state, a.params), step(flat)(grads, b.state, b.params)]
    numbers(nextB.params).forEach((leaf, k) =>
      leaf.forEach((x, j) => expect(Math.abs(x - (numbers(nextA.params)[k]?.[j] ?? Number.NaN))).toBeLessThan(1e-6)),
    )
    expect(nextB.params.c).toBe(params.c)
    disposeExcept([a, b, grads], [nextA, nextB, params])
    a = nextA
    b = nextB
  }
  expect(b.state[1][0].count).toBe(3)
  disposeExcept([a, b, params], [])
  expect(tf.memory().numTensors).toBe(before)
  const [none] = flatten(sgd({ learningRate: 1 })).update({}, flatten(sgd({ learningRate: 1 })).init({}), {})
  expect(none).toEqual({})
})

test('a measure that returns what is no measurement is refused by name and place, and leaves nothing behind', () => {
  const params = { w: tf.tensor1d([6, 8]) }
  const before = tf.memory().numTensors
  const rubbish = (value: unknown) => () => value as tf.Tensor // wrong on purpose
  for (const [make, told] of [
    [
      () => snapshot({ measureName: 'norm', measure: rubbish(undefined) }),
      'snapshot: norm must return tensors and numbers, alone or in records and arrays, found nothing. Mend the function.',
    ],
    [
      () => monitor({ norm: rubbish({ a: [tf.scalar(1), 'x'] }) }),
      'monitor: norm must return tensors and numbers, alone or in records and arrays, found the string "x" at a/1.',
    ],
    [() => monitor({ norm: rubbish(Promise.resolve(1)) }), 'It cannot be async: return a tensor, and read it later.'],
    [
      () => monitor({ norm: measureWithEma({ measure: rubbish(3), decay: 0.9 }) }),
      'measureWithEma: measure must return a tensor, found the number 3. Pass e.g. { measure: treeNorm }.',
    ],
  ] as const)
    expect(() => tf.tidy(() => void make().init(params)), told).toThrow(told)
  expect(tf.memory().numTensors).toBe(before)
  expect(() => monitor({ norm: 3 as never })).toThrow('monitor: norm must be a function of the updates, or a measure')
})
