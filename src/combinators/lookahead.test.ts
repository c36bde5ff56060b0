import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { adam } from '../optimizers/adam.js'
import { dadaptAdamw } from '../optimizers/dadaptAdamw.js'
import { sgd } from '../optimizers/sgd.js'
import { sm3 } from '../optimizers/sm3.js'
import { plain } from '../transformation/plain.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite } from './applyIfFinite.js'
import { chain } from './chain.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { sam } from './sam.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])

test('slow weights follow, and the parameters are drawn back to them', () => {
  const before = tf.memory().numTensors
  const tx = lookahead({ syncPeriod: 2, slowStepSize: 0.25 })(sgd({ learningRate: 1 }))
  const params = { w: tf.tensor1d([16, 0]) }
  let now = { params, state: tx.init(params) }
  expect(now.state.slow.w).not.toBe(params.w)
  const seen: unknown[] = []
  for (const g of [4, 4, 8, 0]) {
    const grads = { w: tf.tensor1d([g, -g]) }
    const next = step(tx)(grads, now.state, now.params)
    expect(next.state.slow.w === now.state.slow.w).toBe(now.state.stepsSinceSync === 0)
    disposeExcept([now, grads], [next, params])
    now = next
    seen.push([...numbers([now.params.w, now.state.slow.w]), now.state.stepsSinceSync])
  }
  expect(seen).toEqual([
    [[12, 4], [16, 0], 1],
    [[14, 2], [14, 2], 0],
    [[6, 10], [14, 2], 1],
    [[12, 4], [12, 4], 0],
  ])
  disposeExcept([now, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a fast optimizer that is no equation starts again on the arrays of a reference, too', () => {
  const tx = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(sm3({ learningRate: 0.25 }))
  const [start, g] = [
    [1, -2, 4, 0.5],
    [0.5, -1, 0.25, 2],
  ]
  const exact = reference(tx, 'float64')
  const leaf = arrayLeaf(start, [2, 2])
  let now: { readonly params: unknown; readonly state: unknown } = { params: leaf, state: exact.init(leaf) }
  const found = tf.tidy(() => {
    const params: tf.Tensor = tf.tensor(start, [2, 2])
    let there = { params, state: tx.init(params) }
    for (let i = 0; i < 5; i++) {
      now = exact.step(arrayLeaf(g, [2, 2]), now.state, now.params)
      there = step(tx)(tf.tensor(g, [2, 2]), there.state, there.params)
    }
    return [...there.params.dataSync()]
  })
  const { values } = now.params as ArrayLeaf // one leaf in, one leaf out
  for (const [i, x] of values.entries()) expect(found[i]).toBeCloseTo(x, 5)
})

test('a part that runs others goes on by a reference where a mask leaves it no leaf', () => {
  const climbing = sam({ syncPeriod: 2 })(dadaptAdamw({ learningRate: 0.1 }), sgd({ learningRate: 0.1 }))
  const exact = reference(masked({ mask: false })(climbing), 'float64')
  const leaf = arrayLeaf([1, 2], [2])
  let now: { readonly params: unknown; readonly state: unknown } = { params: leaf, state: exact.init(leaf) }
  for (let i = 0; i < 3; i++) now = exact.step(leaf, now.state, now.params)
  expect([...(now.params as ArrayLeaf).values]).toEqual([4, 8]) // one leaf in, one leaf out
})

test('a slow step of 1 is the fast optimizer, in float64', () => {
  const [fast, slow] = [
    reference(adam({ learningRate: 0.1 }), 'float64'),
    reference(lookahead({ syncPeriod: 3, slowStepSize: 1 })(adam({ learningRate: 0.1 })), 'float64'),
  ]
  const params = { w: arrayLeaf([1, -2], [2]) }
  let a = { params: params as unknown, state: fast.init(params) }
  let b = { params: params as unknown, state: slow.init(params) }
  for (let i = 0; i < 7; i++) {
    const grads = { w: arrayLeaf([i - 3, 0.5], [2]) }
    a = fast.step(grads, a.state, a.params)
    b = slow.step(grads, b.state, b.params)
    const values = (now: typeof a) => [...(now.params as { readonly w: ArrayLeaf }).w.values]
    expect(values(b)).toEqual(values(a))
  }
})

interface Tally extends StateLambda {
  readonly State: { readonly sum: tf.Tensor; readonly steps: number }
}

/** No equation: keeps tensors and numbers of its own. */
const tally = () =>
  plain<Tally>({
    name: 'tally',
    init: () => ({ sum: tf.scalar(0), steps: 0 }),
    update: (updates, { sum, steps }) => [updates, { sum: tf.add(sum, 1), steps: steps + 1 }],
  })

test('resetState: the fast optimizer starts again after a sync, all of it, and nothing leaks', () => {
  const before = tf.memory().numTensors
  const fast = () =>
    chain(
      tally(),
      masked({ mask: { w: true, b: false } })(adam({ learningRate: 0.1 })),
      multiSteps({ everyKSchedule: 9 })(sgd({ learningRate: 1, momentum: 0.5 })),
      applyIfFinite({ maxConsecutiveErrors: 3 })(sgd({ learningRate: 1, momentum: 0.5 })),
    )
  const tx = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(fast())
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const first = tx.init(params)
  let now = { params, state: first }
  for (let i = 0; i < 2; i++) {
    const grads = { w: tf.tensor1d([1, -1]), b: tf.scalar(1) }
    const next = step(tx)(grads, now.state, now.params)
    expect(next.state.inner[0].steps).toBe(i === 0 ? 1 : 0)
    expect(next.state.inner[1][0].count).toBe(i === 0 ? 1 : 0)
    expect(next.state.inner[2].miniStep).toBe(i === 0 ? 1 : 0)
    disposeExcept([now, grads], [next, params, first])
    now = next
  }
  expect(numbers(now.state.inner)).toEqual(numbers(first.inner))
  expect(
    JSON.stringify(now.state.inner, (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'dataSync' in value ? 'tensor' : value,
    ),
  ).toBe(
    JSON.stringify(first.inner, (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'dataSync' in value ? 'tensor' : value,
    ),
  )
  disposeExcept([now, params, first], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('resetState: what does not run in the step of a sync starts again too', () => {
  const before = tf.memory().numTensors
  const tx = lookahead({ syncPeriod: 3, slowStepSize: 0.5, resetState: true })(
    multiSteps({ everyKSchedule: 2 })(chain(tally(), sgd({ learningRate: 1, momentum: 0.5 }))),
  )
  const params = { w: tf.scalar(1) }
  let now = { params, state: tx.init(params) }
  const seen: unknown[] = []
  for (let i = 0; i < 3; i++) {
    const grads = { w: tf.scalar(4) }
    const next = step(tx)(grads, now.state, now.params)
    disposeExcept([now, grads], [next, params])
    now = next
    const {
      miniStep,
      inner: [counted, [momentum]],
    } = now.state.inner
    seen.push([miniStep, counted.steps, ...numbers([momentum, counted.sum]).flat()])
  }
  // The state that a restart has replaced is the old generation's, and goes with it.
  expect(seen).toEqual([
    [1, 0, 0, 0],
    [0, 1, 4, 1],
    [0, 0, 0, 0],
  ])
  disposeExcept([now, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('options are checked', () => {
  expect(() => lookahead({ syncPeriod: 0, slowStepSize: 0.5 })).toThrow(RangeError)
  expect(() => lookahead({ syncPeriod: 1, slowStepSize: 1.5 })).toThrow(RangeError)
})
