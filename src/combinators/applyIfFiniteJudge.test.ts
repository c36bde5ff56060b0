import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, StateLambda, Transformation } from '../transformation/Transformation.js'
import { scale } from '../transforms/scale.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite } from './applyIfFinite.js'
import { byPath } from './byPath.js'
import { chain } from './chain.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { hide } from './transformations.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const newParams = () => ({ w: tf.tensor1d([1, 2, 3]), b: tf.scalar(0.5) })
const newGrads = (x: number) => ({ w: tf.tensor1d([0.5, x, -2]), b: tf.scalar(1) })
const judge = 'updatesAndState'

/** Its update is finite, its state is not where a gradient is large. */
interface Hoard extends StateLambda {
  readonly State: { readonly cube: unknown }
}
const hoard = () =>
  plain<Hoard>({
    name: 'hoard',
    init: (params) => ({ cube: mapTree((p) => tf.zerosLike(p))(params) }),
    update: (updates) => [
      mapTree((g) => tf.clone(g))(updates as never),
      { cube: mapTree((g) => tf.tidy(() => tf.mul(g, tf.mul(g, g))))(updates as never) }, // any tree
    ],
  })

const cases: Readonly<Record<string, readonly [make: () => Transformation<Opaque>, tooLarge: number]>> = {
  'a square in a state that is not float32': [() => hide(adam({ learningRate: 0.25 })), 1e20],
  'an update that is not float32': [() => hide(scale({ stepSize: 1e10 })), 1e30],
  'the state of what is no equation': [() => hide(chain(hoard(), scale({ stepSize: 1e-3 }))), 1e15],
  'under an average': [() => hide(withMovingAverage({ decay: 0.5 })(adam({ learningRate: 0.25 }))), 1e20],
}

const guards = {
  host: (tx: Transformation<Opaque>) => hide(applyIfFinite({ maxConsecutiveErrors: 9, judge })(tx)),
  device: (tx: Transformation<Opaque>) => hide(applyIfFinite({ maxConsecutiveErrors: 9, decide: 'device', judge })(tx)),
  'host, in a chain': (tx: Transformation<Opaque>) =>
    hide(chain(scale({ stepSize: 1 }), applyIfFinite({ maxConsecutiveErrors: 9, judge })(tx), scale({ stepSize: 2 }))),
  'device, in a chain': (tx: Transformation<Opaque>) =>
    hide(
      chain(
        scale({ stepSize: 1 }),
        applyIfFinite({ maxConsecutiveErrors: 9, decide: 'device', judge })(tx),
        scale({ stepSize: 2 }),
      ),
    ),
}

describe.each(Object.entries(guards))('%s', (where, guard) => {
  describe.each(Object.entries(cases))('%s', (_name, [make, tooLarge]) => {
    for (const x of [tooLarge, Number.NaN])
      test(`is rejected for ${x}, and leaves no trace`, () => {
        const before = tf.memory().numTensors
        const tx = guard(make())
        const [params, grads, wrong] = [newParams(), newGrads(1), newGrads(x)]
        const first = tx.init(params)
        const good = step(tx)(grads, first, params)
        const bad = step(tx)(wrong, good.state, good.params)
        expect(numbers(bad.params)).toEqual(numbers(good.params))
        const after = step(tx)(grads, bad.state, bad.params)
        // The host's counts too: nothing has happened. On the device they count attempts, and Adam's correction goes on.
        const twice = step(tx)(grads, good.state, good.params)
        if (where.startsWith('host')) {
          expect(numbers(after.params)).toEqual(numbers(twice.params))
          // Behind it in a chain something may still be made of zero.
          if (where === 'host') expect(bad.params.w).toBe(good.params.w)
        } else expect(numbers(after.params).flat().every(Number.isFinite)).toBe(true)
        const [updates, next] = tx.update(wrong, good.state, good.params)
        expect(
          numbers(updates)
            .flat()
            .every((u) => u === 0),
        ).toBe(true)
        disposeExcept([params, grads, wrong, first, good, bad, after, twice, updates, next], [])
        expect(tf.memory().numTensors).toBe(before)
      })

    test.each([1, tooLarge])('leaks nothing, donated or not: %s', (x) => {
      const before = tf.memory().numTensors
      const tx = guard(make())
      const [grads, wrong] = [newGrads(1), newGrads(x)]
      const params = newParams()
      let now: { readonly params: typeof params; readonly state: unknown } = { params, state: tx.init(params) }
      const shown: (readonly (readonly number[])[])[] = []
      for (const g of [grads, wrong, wrong, grads]) {
        now = step(tx, { donate: true })(g, now.state, now.params)
        expect(tf.memory().numTensors).toBe(before + tensorsOf([now, grads, wrong]).length)
        shown.push(numbers(now))
      }
      let pure: typeof now = { params: newParams(), state: null }
      pure = { ...pure, state: tx.init(pure.params) }
      for (const [i, g] of [grads, wrong, wrong, grads].entries()) {
        const next = step(tx)(g, pure.state, pure.params)
        disposeExcept(pure, next)
        pure = next
        expect(numbers(pure)).toEqual(shown[i])
      }
      disposeExcept([now, pure, grads, wrong], [])
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})

test('by default only what arrives is judged, as in optax', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 9 })(adam({ learningRate: 0.25 }))
  const params = newParams()
  const { state } = step(tx)(newGrads(1e20), tx.init(params), params)
  expect(state.totalNotFinite).toBe(0)
  expect(state.inner[0].nu.w.dataSync()[1]).toBe(Number.POSITIVE_INFINITY)
})

test('host: what is rejected are the very objects that were there', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 9, judge })(adam({ learningRate: 0.25 }))
  const params = newParams()
  const good = step(tx)(newGrads(1), tx.init(params), params)
  const bad = step(tx)(newGrads(1e20), good.state, good.params)
  expect(bad.state.inner).toBe(good.state.inner)
  expect([bad.state.notFiniteCount, bad.state.lastFinite, bad.state.totalNotFinite]).toEqual([1, 0, 1])
})

test('after too many rejections one is let through; host and device agree', () => {
  const inner = () => adam({ learningRate: 1 })
  const host = applyIfFinite({ maxConsecutiveErrors: 1, judge })(inner())
  const device = applyIfFinite({ maxConsecutiveErrors: 1, judge, decide: 'device' })(inner())
  const params = { w: tf.scalar(1) }
  let [a, b] = [host.init(params), device.init(params)]
  const seen: unknown[] = []
  for (const g of [1, 1e20, 1e20, 1]) {
    ;[, a] = host.update({ w: tf.scalar(g) }, a, params)
    ;[, b] = device.update({ w: tf.scalar(g) }, b, params)
    expect([b.notFiniteCount, b.lastFinite, b.totalNotFinite].map((t) => t.dataSync()[0])).toEqual([
      a.notFiniteCount,
      a.lastFinite,
      a.totalNotFinite,
    ])
    seen.push([a.notFiniteCount, a.totalNotFinite, Number.isFinite(a.inner[0].nu.w.dataSync()[0])])
  }
  // The moment that was let through is infinite for good, so the next step is rejected as well.
  expect(seen).toEqual([
    [0, 0, true],
    [1, 1, true],
    [0, 2, false],
    [1, 3, false],
  ])
})

test.each(['host', 'device'] as const)('%s: hidden leaves are not judged', (decide) => {
  const guard = (tx: Transformation<Opaque>): Transformation<Opaque> =>
    decide === 'host'
      ? hide(applyIfFinite({ maxConsecutiveErrors: 9, judge })(tx))
      : hide(applyIfFinite({ maxConsecutiveErrors: 9, judge, decide })(tx))
  const params = newParams()
  const hidden = masked({ mask: byPath((path) => path === 'b'), otherwise: 'zero' })(
    guard(hide(adam({ learningRate: 1, eps: 0 }))),
  )
  const kept = step(hidden)(newGrads(Number.NaN), hidden.init(params), params)
  expect(numbers(kept.params.w)).toEqual([[1, 2, 3]])
  expect(kept.params.b.dataSync()[0]).toBeCloseTo(-0.5, 5)
})

test('host: a micro-batch that is rejected is not gathered', () => {
  const inner = multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))
  const gathering = applyIfFinite({ maxConsecutiveErrors: 9, judge })(inner)
  const params = { w: tf.scalar(0) }
  let now = { params, state: gathering.init(params) }
  for (const g of [2, Number.NaN, 4]) now = step(gathering)({ w: tf.scalar(g) }, now.state, now.params)
  expect(numbers(now.params)).toEqual([[-3]])
})

test.each(['host', 'device'] as const)('%s: a lookahead that starts it again leaks nothing', (decide) => {
  const before = tf.memory().numTensors
  const inner = () => hide(adam({ learningRate: 0.1 }))
  const guarded =
    decide === 'host'
      ? hide(applyIfFinite({ maxConsecutiveErrors: 9, judge })(inner()))
      : hide(applyIfFinite({ maxConsecutiveErrors: 9, judge, decide })(inner()))
  const tx = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(guarded)
  const [grads, wrong, params] = [newGrads(1), newGrads(1e20), newParams()]
  let now = { params, state: tx.init(params) }
  for (const g of [grads, wrong, grads, grads, wrong, wrong, grads]) {
    const next = step(tx)(g, now.state, now.params)
    disposeExcept(now, next)
    now = next
    expect(tf.memory().numTensors).toBe(before + tensorsOf([now, grads, wrong]).length)
  }
  expect(numbers(now.params).flat().every(Number.isFinite)).toBe(true)
  disposeExcept([now, grads, wrong], [])
  expect(tf.memory().numTensors).toBe(before)
})
