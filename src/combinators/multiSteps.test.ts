import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { chain } from './chain.js'
import { masked } from './masked.js'
import { hasUpdated, multiSteps } from './multiSteps.js'
import { skipLargeUpdates, skipNotFinite } from './skipUpdates.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const inner = () => chain(clipByGlobalNorm({ maxNorm: 2 }), adam({ learningRate: 0.1 }))

/** The largest difference of two states of plain arrays, of any shape. */
const distance = (a: unknown, b: unknown): number => {
  if (typeof a === 'number') return Math.abs(a - Number(b))
  if (typeof a !== 'object' || a === null) return a === b ? 0 : Number.POSITIVE_INFINITY
  const other = b as Readonly<Record<string, unknown>> // compared key by key
  return Object.entries(a).reduce(
    (most, [key, value]) => Math.max(most, typeof value === 'string' ? 0 : distance(value, other[key])),
    0,
  )
}

const leaves = (...values: readonly number[]) => ({ w: arrayLeaf(values, [values.length]) })
const gradient = fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -4, max: 4, noNaN: true }))

const meanOf = (batch: readonly (readonly [number, number])[], sum = false) =>
  leaves(...[0, 1].map((i) => batch.reduce((total, g) => total + (g[i] ?? 0), 0) / (sum ? 1 : batch.length)))

test('L25: k micro-batches are one step on their mean, averages inside included', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.array(gradient, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (k, batches, useGradMean) => {
        // Not Adam: it makes a difference of rounding in a mean near zero as large as one likes.
        const averaged = withMovingAverage({ decay: 0.9 })(
          chain(clipByGlobalNorm({ maxNorm: 2 }), sgd({ learningRate: 0.1, momentum: 0.9 })),
        )
        const [whole, split] = [
          reference(averaged, 'float64'),
          reference(multiSteps({ everyKSchedule: k, useGradMean })(averaged), 'float64'),
        ]
        const params = leaves(1, -2)
        let a = { params: params as unknown, state: whole.init(params) }
        let b = {
          params: params as unknown,
          state: split.init(params) as { readonly inner: unknown; readonly gradientStep: number },
        }
        for (const batch of batches) {
          const micro = batch.slice(0, k)
          a = whole.step(meanOf(micro, !useGradMean), a.state, a.params)
          for (const [i, g] of micro.entries()) {
            const next = split.step(leaves(...g), b.state, b.params) as typeof b
            if (i < k - 1) {
              expect((next.params as typeof params).w).toBe((b.params as typeof params).w)
              expect(next.state.inner).toBe(b.state.inner)
            }
            b = next
          }
        }
        expect(distance(b.params, a.params)).toBeLessThan(1e-12)
        expect(distance(b.state.inner, a.state)).toBeLessThan(1e-12)
        expect(b.state.gradientStep).toBe(batches.length)
      },
    ),
    { numRuns: backendName === 'webgl' ? 3 : casesOf(50) },
  )
})

test('k = 1 is the inner transformation, bitwise', () => {
  const params = { w: tf.tensor1d([1, 2, 3]) }
  const [tx, one] = [inner(), multiSteps({ everyKSchedule: 1 })(inner())]
  let a = { params, state: tx.init(params) }
  let b = { params, state: one.init(params) }
  for (let i = 0; i < 3; i++) {
    const grads = { w: tf.tensor1d([0.1 * i, -3, 1 / 3]) }
    a = step(tx)(grads, a.state, a.params)
    b = step(one)(grads, b.state, b.params)
    expect(numbers(b.params)).toEqual(numbers(a.params))
    expect(numbers(b.state.inner)).toEqual(numbers(a.state))
  }
})

test('between runs parameters, inner state and averages stay the same tensors; nothing leaks', () => {
  const before = tf.memory().numTensors
  const tx = multiSteps({ everyKSchedule: 3 })(withMovingAverage({ decay: 0.5 })(sgd({ learningRate: 1, momentum: 0 })))
  const params = { w: tf.tensor1d([8, 16]) }
  let now = { params, state: tx.init(params) }
  const seen: (readonly [number, number, boolean])[] = []
  for (let i = 0; i < 6; i++) {
    const grads = { w: tf.tensor1d([3, 6 * i]) }
    const next = step(tx)(grads, now.state, now.params)
    const updated = hasUpdated(next.state)
    expect(next.params.w === now.params.w).toBe(!updated)
    expect(next.state.inner.average.w === now.state.inner.average.w).toBe(!updated)
    expect(next.state.inner === now.state.inner).toBe(!updated)
    seen.push([next.state.miniStep, next.state.inner.count, updated])
    disposeExcept([now, grads], [next, params])
    now = next
  }
  expect(seen).toEqual([
    [1, 0, false],
    [2, 0, false],
    [0, 1, true],
    [1, 1, false],
    [2, 1, false],
    [0, 2, true],
  ])
  expect(numbers(now.params)).toEqual([[2, -14]])
  expect(numbers(now.state.inner.average)).toEqual([[4.25, -0.5]])
  expect(numbers(now.state.acc)).toEqual([[0, 0]])
  disposeExcept([now, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('update emits zeros between runs, and the same numbers as step', () => {
  const tx = multiSteps({ everyKSchedule: 2, useGradMean: false })(sgd({ learningRate: 1 }))
  const params = { w: tf.tensor1d([1, 2]), b: null }
  const [first, state] = tx.update({ w: tf.tensor1d([1, 2]), b: null }, tx.init(params), params)
  expect(numbers(first)).toEqual([[0, 0]])
  const [second, after] = tx.update({ w: tf.tensor1d([4, 8]), b: null }, state, params)
  expect(numbers(second)).toEqual([[-5, -10]])
  expect(after.gradientStep).toBe(1)
})

test('a NaN micro-batch spoils its own run and no later one', () => {
  const tx = multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))
  const params = { w: tf.scalar(1) }
  let state = tx.init(params)
  const emitted: number[] = []
  for (const g of [Number.NaN, 1, 2, 4, Number.POSITIVE_INFINITY, 1, 1, 3]) {
    const [updates, next] = tx.update({ w: tf.scalar(g) }, state, params)
    emitted.push(...(updates.w?.dataSync() ?? []))
    state = next
  }
  expect(emitted).toEqual([0, Number.NaN, 0, -3, 0, Number.NaN, 0, -2])
})

test('skipNotFinite, skipLargeUpdates and a function leave micro-batches out', () => {
  const before = tf.memory().numTensors
  // the tree below
  const own = (updates: unknown) => tf.any(tf.isNaN((updates as { readonly w: tf.Tensor }).w)).dataSync()[0] === 1
  for (const shouldSkipUpdateFn of [skipNotFinite, skipLargeUpdates({ maxSquaredNorm: 1e4 }), own]) {
    const tx = multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn })(sgd({ learningRate: 1 }))
    const params = { w: tf.tensor1d([0, 0]), b: tf.scalar(1) }
    let now = { params, state: tx.init(params) }
    for (const g of [1, Number.NaN, 3]) {
      const grads = { w: tf.tensor1d([1, g]), b: null }
      const next = step(tx)(grads, now.state, now.params)
      if (Number.isNaN(g)) {
        expect(next.params.w).toBe(now.params.w)
        expect(next.state.acc.w).toBe(now.state.acc.w)
        expect(next.state.miniStep).toBe(1)
      }
      disposeExcept([now, grads], [next, params])
      now = next
    }
    expect(numbers(now.params.w)).toEqual([[-1, -2]])
    expect([now.state.skipped, now.state.gradientStep]).toEqual([1, 1])
    disposeExcept([now, params], [])
  }
  expect(tf.memory().numTensors).toBe(before)
})

test('a chain before it is run first, and what is tested is what arrives', () => {
  const before = tf.memory().numTensors
  const tx = chain(
    clipByGlobalNorm({ maxNorm: 1 }),
    multiSteps({ everyKSchedule: 1, shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm: 2 }) })(
      sgd({ learningRate: 1 }),
    ),
    sgd({ learningRate: 2 }),
  )
  const params = { w: tf.scalar(1) }
  const grads = { w: tf.scalar(10) }
  const state = tx.init(params)
  const next = step(tx)(grads, state, params)
  expect(next.state[1].skipped).toBe(0)
  expect(numbers(next.params)).toEqual([[3]])
  const [updates, other] = tx.update(grads, state, params)
  expect(numbers(updates)).toEqual([[2]])
  disposeExcept([params, grads, state, next, updates, other], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a function that leaves out sees what a mask shows, and the count of runs', () => {
  const seen: unknown[] = []
  const shouldSkipUpdateFn = (updates: unknown, gradientStep: number, params: unknown) => {
    seen.push([updates, gradientStep, params])
    return gradientStep > 0
  }
  const tx = masked({ mask: { w: true, b: false }, otherwise: 'zero' })(
    multiSteps({ everyKSchedule: 1, shouldSkipUpdateFn })(sgd({ learningRate: 1 })),
  )
  const params = { w: tf.scalar(1), b: tf.scalar(2) }
  const grads = { w: tf.scalar(3), b: tf.scalar(4) }
  const first = step(tx)(grads, tx.init(params), params)
  const second = step(tx)(grads, first.state, first.params)
  expect(seen).toEqual([
    [{ w: grads.w, b: null }, 0, { w: params.w, b: null }],
    [{ w: grads.w, b: null }, 1, { w: first.params.w, b: null }],
  ])
  expect(second.params.w).toBe(first.params.w)
  expect(second.state.skipped).toBe(1)
})

test('k may depend on the count of runs; what is no integer ≥ 1 is refused', () => {
  const tx = multiSteps({ everyKSchedule: (gradientStep) => gradientStep + 1 })(sgd({ learningRate: 1 }))
  const params = { w: tf.scalar(0) }
  let state = tx.init(params)
  const steps: number[] = []
  for (let i = 0; i < 6; i++) {
    state = tx.update({ w: tf.scalar(1) }, state, params)[1]
    steps.push(state.gradientStep)
  }
  expect(steps).toEqual([1, 1, 2, 2, 2, 3])
  const wrong = multiSteps({ everyKSchedule: () => 1.5 })(sgd({ learningRate: 1 }))
  expect(() => wrong.update({ w: tf.scalar(1) }, wrong.init(params), params)).toThrow(
    /everyKSchedule\(0\) must be an integer ≥ 1, found 1\.5/,
  )
  expect(() => multiSteps({ everyKSchedule: 0 })).toThrow(RangeError)
})

test('a null gradient counts as zero', () => {
  const tx = multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))
  const params = { w: tf.scalar(0), v: tf.scalar(0) }
  const [, one] = tx.update({ w: null, v: tf.scalar(4) }, tx.init(params), params)
  const next = step(tx)({ w: tf.scalar(2), v: null }, one, params)
  expect(numbers(next.params.w)).toEqual([[-1]])
  expect(numbers(next.params.v)).toEqual([[-2]])
  const [, three] = tx.update({ w: null, v: null }, next.state, params)
  expect(numbers(three.acc)).toEqual([[0], [0]])
})

test('the arrays of the reference and the tensors agree when a micro-batch is left out', () => {
  const tx = multiSteps({ everyKSchedule: 1, shouldSkipUpdateFn: skipNotFinite })(sgd({ learningRate: 1 }))
  const exact = reference(tx, 'float64')
  const params = leaves(1, 2)
  const skipped = exact.step(leaves(1, Number.NaN), exact.init(params), params)
  expect((skipped.params as { readonly w: ArrayLeaf }).w).toBe(params.w)
  const taken = exact.step(leaves(1, 1), skipped.state, skipped.params)
  expect([...(taken.params as { readonly w: ArrayLeaf }).w.values]).toEqual([0, 1])
})

test('a test of updates that gives no boolean is refused, and one that is no test at once', () => {
  const params = { w: tf.scalar(0) }
  const grads = { w: tf.scalar(1) }
  const inner = sgd({ learningRate: 1 })
  for (const value of [0, undefined, 'no', Promise.resolve(false)]) {
    const tx = multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: () => value as never })(inner) // wrong on purpose
    const state = tx.init(params)
    const before = tf.memory().numTensors
    expect(() => tx.update(grads, state, params)).toThrow(
      'multiSteps: shouldSkipUpdateFn(…, 0, …) must be true or false, found',
    )
    expect(tf.memory().numTensors).toBe(before)
  }
  const own = { ...skipNotFinite, skips: () => 1 as unknown as boolean } // as above
  const tx = multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: own })(inner)
  expect(() => tx.update(grads, tx.init(params), params)).toThrow(
    'multiSteps: shouldSkipUpdateFn.skips(…) must be true or false, found 1.',
  )
  for (const wrong of ['skipNotFinite', {}, { skips: () => true }])
    expect(() => multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: wrong as never })).toThrow(
      'multiSteps: shouldSkipUpdateFn must be skipNotFinite, skipLargeUpdates({ … }), or a function',
    )
})
