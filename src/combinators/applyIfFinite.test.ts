import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { averaged } from '../averaging/averaged.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { arrayLeaf } from '../equation/reference.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { plain } from '../transformation/plain.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import type { Stateless } from '../transformation/types.js'
import { scale } from '../transforms/scale.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite } from './applyIfFinite.js'
import { byPath } from './byPath.js'
import { chain } from './chain.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { hide } from './transformations.js'
import { trace } from '../transforms/trace.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const newParams = () => ({ w: tf.tensor1d([1, 2, 3]), b: tf.scalar(0.5) })
const newGrads = (x: number) => ({ w: tf.tensor1d([0.5, x, -2]), b: tf.scalar(1) })
const inner = () => withMovingAverage({ decay: 0.5 })(adam({ learningRate: 0.25 }))

const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

test('L24: a rejected step changes no parameter, slot, average or count inside, bitwise', () => {
  const before = tf.memory().numTensors
  const tx = applyIfFinite({ maxConsecutiveErrors: 9 })(inner())
  const params = newParams()
  const [first, grads] = [tx.init(params), newGrads(1)]
  let now = step(tx)(grads, first, params)
  for (const [i, x] of bad.entries()) {
    const wrong = newGrads(x)
    const next = step(tx)(wrong, now.state, now.params)
    expect(next.state.inner).toBe(now.state.inner)
    expect(averaged(next.state.inner)).toBe(averaged(now.state.inner))
    expect([next.params.w, next.params.b]).toEqual([now.params.w, now.params.b])
    expect([next.state.notFiniteCount, next.state.lastFinite, next.state.totalNotFinite]).toEqual([i + 1, 0, i + 1])
    const [updates] = tx.update(wrong, now.state, now.params)
    expect(numbers(updates)).toEqual([[0, 0, 0], [0]])
    disposeExcept([wrong, updates], [])
    now = next
  }
  const after = step(tx)(grads, now.state, now.params)
  expect([after.state.notFiniteCount, after.state.lastFinite, after.state.totalNotFinite]).toEqual([0, 1, 3])
  expect(after.state.inner.inner[0].count).toBe(2)
  disposeExcept([params, grads, first, now, after], [])
  expect(tf.memory().numTensors).toBe(before)
})

for (const tx of [
  hide(applyIfFinite({ maxConsecutiveErrors: 0 })(inner())),
  hide(applyIfFinite({ maxConsecutiveErrors: 0, decide: 'device' })(inner())),
])
  test(`where all updates are finite it is the inner transformation, and leaks nothing: ${String(tx.anatomy.description.options['decide'])}`, () => {
    const before = tf.memory().numTensors
    const params = newParams()
    const alone = hide(inner())
    let a = { params, state: alone.init(params) }
    let b = { params, state: tx.init(params) }
    for (let i = 0; i < 4; i++) {
      const grads = newGrads(i)
      const [nextA, nextB] = [step(alone)(grads, a.state, a.params), step(tx)(grads, b.state, b.params)]
      expect(numbers(nextB.params)).toEqual(numbers(nextA.params))
      // the wrapper's record
      expect(numbers((nextB.state as { readonly inner: unknown }).inner)).toEqual(numbers(nextA.state))
      disposeExcept([a, b, grads], [nextA, nextB, params])
      a = nextA
      b = nextB
    }
    disposeExcept([a, b, params], [])
    expect(tf.memory().numTensors).toBe(before)
  })

test('after too many rejections one update is let through, and the count starts again', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 2 })(sgd({ learningRate: 1 }))
  const onDevice = applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(sgd({ learningRate: 1 }))
  const params = { w: tf.scalar(1) }
  let [host, device] = [tx.init(params), onDevice.init(params)]
  const seen: unknown[] = []
  for (const g of [1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 2, Number.NaN]) {
    const grads = { w: tf.scalar(g) }
    const [u, next] = tx.update(grads, host, params)
    const [v, after] = onDevice.update(grads, device, params)
    host = next
    device = after
    expect(numbers(v)).toEqual(numbers(u))
    expect([device.notFiniteCount, device.lastFinite, device.totalNotFinite].map((t) => t.dataSync()[0])).toEqual([
      host.notFiniteCount,
      host.lastFinite,
      host.totalNotFinite,
    ])
    seen.push([u.w?.dataSync()[0], host.notFiniteCount, host.inner[1].count, device.inner[1].count])
  }
  expect(seen).toEqual([
    [-1, 0, 1, 1],
    [0, 1, 1, 2],
    [0, 2, 1, 3],
    [Number.NaN, 0, 2, 4],
    [0, 1, 2, 5],
    [0, 2, 2, 6],
    [-2, 0, 3, 7],
    [0, 1, 3, 8],
  ])
})

test('device: a rejected step keeps every tensor bitwise, and counts an attempt', () => {
  const before = tf.memory().numTensors
  const tx = applyIfFinite({ maxConsecutiveErrors: 9, decide: 'device' })(inner())
  const params = newParams()
  const [first, grads] = [tx.init(params), newGrads(1)]
  let now = step(tx)(grads, first, params)
  for (const x of bad) {
    const wrong = newGrads(x)
    const next = step(tx)(wrong, now.state, now.params)
    expect(numbers(next.params)).toEqual(numbers(now.params))
    expect(numbers(next.state.inner)).toEqual(numbers(now.state.inner))
    expect(next.state.inner.count).toBe(now.state.inner.count + 1)
    expect(numbers(next.state.accepted)).toEqual([[0]])
    disposeExcept([now, wrong], [next, params, first])
    now = next
  }
  expect(numbers(now.state.totalNotFinite)).toEqual([[3]])
  disposeExcept([params, grads, first, now], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('it looks at what arrives: not at leaves that a mask hides, and after what comes before it', () => {
  const before = tf.memory().numTensors
  const mend = plain<Stateless>({
    name: 'mend',
    init: () => ({}),
    update: (u, s) => [mapTree((g) => tf.tidy(() => tf.where(tf.isNaN(g), tf.zerosLike(g), g)))(u as never), s],
  }) // any tree
  const tx = chain(mend, applyIfFinite({ maxConsecutiveErrors: 9 })(sgd({ learningRate: 1 })), scale({ stepSize: 2 }))
  const params = newParams()
  const wrong = newGrads(Number.NaN)
  const state = tx.init(params)
  const next = step(tx)(wrong, state, params)
  expect(next.state[1].totalNotFinite).toBe(0)
  expect(numbers(next.params)).toEqual([[0, 2, 7], [-1.5]])
  const [updates, other] = tx.update(wrong, state, params)
  expect(numbers(updates).map((list) => list.map((x) => x + 0))).toEqual([[-1, 0, 4], [-2]])
  const hidden = masked({ mask: byPath((path) => path === 'b'), otherwise: 'zero' })(
    applyIfFinite({ maxConsecutiveErrors: 9 })(sgd({ learningRate: 1 })),
  )
  const kept = step(hidden)(wrong, hidden.init(params), params)
  expect(kept.params.w).toBe(params.w)
  expect(numbers(kept.params.b)).toEqual([[-0.5]])
  const quiet = masked({ mask: byPath((path) => path === 'b'), otherwise: 'zero' })(
    applyIfFinite({ maxConsecutiveErrors: 9, decide: 'device' })(sgd({ learningRate: 1 })),
  )
  const start = quiet.init(params)
  const same = step(quiet)(wrong, start, params)
  expect(numbers(same.params)).toEqual([[1, 2, 3], [-0.5]])
  disposeExcept([params, wrong, state, next, updates, other, kept, start, same], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('wrong nesting: the average outside moves on rejected steps, as documented', () => {
  const wrong = withMovingAverage({ decay: 0.5 })(applyIfFinite({ maxConsecutiveErrors: 9 })(sgd({ learningRate: 1 })))
  const params = { w: tf.scalar(4) }
  const first = step(wrong)({ w: tf.scalar(4) }, wrong.init(params), params)
  expect(numbers(first.state.average)).toEqual([[2]])
  const second = step(wrong)({ w: tf.scalar(Number.NaN) }, first.state, first.params)
  expect(numbers(second.state.average)).toEqual([[1]])
  expect(second.state.count).toBe(2)
})

test('around multiSteps: a rejected micro-batch is not gathered', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 9 })(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 })))
  const params = { w: tf.scalar(0) }
  let now = { params, state: tx.init(params) }
  for (const g of [2, Number.NaN, 4]) now = step(tx)({ w: tf.scalar(g) }, now.state, now.params)
  expect(numbers(now.params)).toEqual([[-3]])
})

test('the float64 reference decides alike', () => {
  for (const tx of [
    applyIfFinite({ maxConsecutiveErrors: 1 })(inner()),
    applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(inner()),
  ]) {
    const exact = reference(tx, 'float64')
    const params = { w: arrayLeaf([1, 2], [2]) }
    const now = exact.step({ w: arrayLeaf([1, Number.NaN], [2]) }, exact.init(params), params)
    expect((now.params as typeof params).w.values).toEqual(params.w.values)
  }
})

test('a rejection under a mask is of what the mask shows: the others pass', () => {
  tf.tidy(() => {
    const params = { a: tf.scalar(1), b: tf.scalar(1) }
    const grads = { a: tf.scalar(Number.NaN), b: tf.scalar(2) }
    for (const decide of ['host', 'device'] as const) {
      const guard = applyIfFinite({ maxConsecutiveErrors: 3, decide: decide as 'host' }) // one type for both
      const tx = masked({ mask: { a: true, b: false } })(guard(trace({ decay: 0.5 })))
      const [updates] = tx.update(grads, tx.init(params), params)
      expect([updates.a, updates.b].map((u) => u?.dataSync()[0])).toEqual([0, 2])
    }
  })
})
