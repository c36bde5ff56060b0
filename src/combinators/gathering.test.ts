import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { statelessWithTreeMap } from '../transforms/statelessWithTreeMap.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite } from './applyIfFinite.js'
import { chain } from './chain.js'
import { flush } from './flush.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { partition } from './partition.js'
import { skipNotFinite } from './skipUpdates.js'
import { hide } from './transformations.js'

type Any = Transformation<Opaque>
type Leaves = Readonly<Record<'a' | 'b' | 'c', tf.Tensor | null>>

/** A gradient of three leaves: a number, or none. */
type Gradient = readonly [a: number | null, b: number | null, c: number | null]

const grads = (g: Gradient): Leaves => {
  const [a, b, c] = g.map((x) => (x === null ? null : tf.tensor1d([x, 2 * x]))) as [tf.Tensor, tf.Tensor, tf.Tensor]
  return { a, b, c }
}
const start = () => ({ a: tf.tensor1d([1, -2]), b: tf.tensor1d([0.5, 3]), c: tf.tensor1d([-1, 4]) })

/** The mean over k of one leaf's gradients, none counting as zero; none where there was none. */
const meanOf = (batch: readonly Gradient[], sum = false): Gradient =>
  [0, 1, 2].map((i) => {
    const all = batch.map((g) => g[i] ?? null)
    return all.every((x) => x === null) ? null : all.reduce<number>((s, x) => s + (x ?? 0), 0) / (sum ? 1 : all.length)
  }) as unknown as Gradient

/** What is inside: with what sees a leaf without a gradient (an average), and what must not (weight decay). */
const inners: Readonly<Record<string, () => Any>> = {
  momentum: () => hide(sgd({ learningRate: 0.5, momentum: 0.5 })),
  'clip, adamw, average': () =>
    hide(
      withMovingAverage({ decay: 0.75 })(
        chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1, weightDecay: 0.1, eps: 0.1 })),
      ),
    ),
  'a plain part': () =>
    hide(chain(statelessWithTreeMap({ f: (u) => tf.mul(u, 0.5) }), sgd({ learningRate: 1, momentum: 0.5 }))),
  'a trial': () => hide(applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(sgd({ learningRate: 0.5 }))),
  'a fork': () => hide(applyIfFinite({ maxConsecutiveErrors: 1 })(sgd({ learningRate: 0.5, momentum: 0.5 }))),
}

const numbers = (value: unknown) => tensorsOf(value).flatMap((t) => [...t.dataSync()])

/** Micro-batches one after the other; the last lets go of what is left, if asked. */
const trained = (
  optimizer: Any,
  batches: readonly Gradient[],
  options: { donate?: boolean; flushed?: boolean } = {},
) => {
  const before = tf.memory().numTensors
  const { donate = false, flushed = false } = options
  let now = { params: start() as Readonly<Record<string, tf.Tensor>>, state: optimizer.init(start()) }
  const advance = (next: typeof now, given: unknown): void => {
    disposeExcept([now, given], next)
    now = next
  }
  for (const g of batches) {
    const gradients = grads(g)
    advance(step(optimizer, { donate })(gradients as never, now.state, now.params as never), gradients)
  }
  if (flushed) advance(flush(optimizer, { donate })(now.state, now.params as never), null)
  const found = { params: numbers(now.params), state: now.state, inner: numbers(innerOf(now.state)) }
  const held = tensorsOf(now).length
  const left = tf.memory().numTensors - before
  disposeExcept(now, [])
  return { ...found, leaked: left - held - 3 } // the parameters that `init` was given
}
const innerOf = (state: unknown): unknown => (state as { readonly inner?: unknown }).inner
const close = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(0, ...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN)))) : Number.NaN

const one = fc.option(fc.constantFrom(-4, -1, -0.5, 0, 0.25, 1, 2, 8))
const gradient = fc.tuple(one, one, one)
const numRuns = backendName === 'webgl' ? 2 : casesOf(15)

describe.each(Object.keys(inners))(
  'k micro-batches are one step on their mean, whichever were null, around %s',
  (name) => {
    const inner = inners[name] ?? (() => hide(sgd({ learningRate: 1 })))

    test.each([true, false])('useGradMean %s', (useGradMean) => {
      fc.assert(
        fc.property(
          fc.array(fc.array(gradient, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
          (all) => {
            const whole = trained(
              hide(multiSteps({ everyKSchedule: 1 })(inner())),
              all.map((batch) => meanOf(batch, !useGradMean)),
            )
            for (const donate of [false, true]) {
              const split = trained(hide(multiSteps({ everyKSchedule: 3, useGradMean })(inner())), all.flat(), {
                donate,
              })
              expect(close(split.params, whole.params)).toBeLessThan(2e-5)
              expect(close(split.inner, whole.inner)).toBeLessThan(2e-5)
              const { acc, given } = split.state as { readonly acc: unknown; readonly given: unknown }
              expect([given, split.leaked]).toEqual([{ a: 0, b: 0, c: 0 }, 0])
              expect(tensorsOf(acc).length).toBe(3)
            }
          },
        ),
        { numRuns },
      )
    })

    test('flush after j of k is one step on the mean of those j', () => {
      fc.assert(
        fc.property(
          fc.array(gradient, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          fc.boolean(),
          (batch, useGradMean, donate) => {
            const whole = trained(hide(multiSteps({ everyKSchedule: 1 })(inner())), [meanOf(batch, !useGradMean)])
            const split = trained(hide(multiSteps({ everyKSchedule: 4, useGradMean })(inner())), batch, {
              donate,
              flushed: true,
            })
            expect(close(split.params, whole.params)).toBeLessThan(2e-5)
            expect(close(split.inner, whole.inner)).toBeLessThan(2e-5)
            expect(split.leaked).toBe(0)
            expect(split.state).toMatchObject({ miniStep: 0, gradientStep: 1, given: { a: 0, b: 0, c: 0 } })
          },
        ),
        { numRuns },
      )
    })
  },
)

const emitted = (optimizer: Any, batches: readonly Gradient[]): readonly unknown[] => {
  let state: unknown = optimizer.init(start())
  return batches.map((g) => {
    const [updates, next] = optimizer.update(grads(g) as never, state, start() as never)
    state = next
    return Object.fromEntries(
      Object.entries(updates as Leaves).map(([key, leaf]) => [key, leaf === null ? null : leaf.dataSync()[0]]),
    )
  })
}
const plainly = (options: Partial<Parameters<typeof multiSteps>[0]> = {}) =>
  hide(multiSteps({ everyKSchedule: 2, ...options })(sgd({ learningRate: 1 })))

test('[10, null] and [null, 10] are −5, [null, null] is none; the accumulator is zero after a run', () => {
  const batches: readonly Gradient[] = [
    [10, null, null],
    [null, 10, null],
  ]
  expect(emitted(plainly(), batches)).toEqual([
    { a: 0, b: null, c: null },
    { a: -5, b: -5, c: null },
  ])
  const { state, params } = trained(plainly(), batches)
  expect(params).toEqual([-4, -12, -4.5, -7, -1, 4])
  expect((state as { readonly given: unknown }).given).toEqual({ a: 0, b: 0, c: 0 })
})

test('after a run nothing is left of it for the next', () => {
  const [, , , last] = emitted(plainly(), [
    [10, 8, 2],
    [null, null, 2],
    [null, 2, null],
    [null, null, 4],
  ])
  expect(last).toEqual({ a: null, b: -1, c: -2 })
})

test('a micro-batch that is left out leaves no trace', () => {
  const out = emitted(plainly({ shouldSkipUpdateFn: skipNotFinite }), [
    [10, null, null],
    [1, Number.NaN, 1],
    [null, 2, null],
  ])
  expect(out.at(-1)).toEqual({ a: -5, b: -1, c: null })
})

test('what stands after it in a chain works on what goes on, also through a plain part', () => {
  const optimizer = hide(chain(scale({ stepSize: 2 }), plainly(), scale({ stepSize: 3 })))
  expect(
    emitted(optimizer, [
      [1, null, null],
      [null, 2, null],
    ]).at(-1),
  ).toEqual({ a: -3, b: -6, c: null })
  const after = hide(chain(plainly(), statelessWithTreeMap({ f: (u) => tf.mul(u, 3) })))
  expect(
    emitted(after, [
      [1, null, null],
      [null, 2, null],
    ]).at(-1),
  ).toEqual({ a: -1.5, b: -3, c: null })
})

test('one inside another: k·l micro-batches', () => {
  const both = hide(multiSteps({ everyKSchedule: 2 })(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))))
  const batches: readonly Gradient[] = [
    [8, null, null],
    [null, 4, null],
    [null, null, null],
    [null, 8, null],
  ]
  expect(emitted(both, batches).at(-1)).toEqual({ a: -2, b: -3, c: null })
  // The outer one has one micro-batch left, the inner one a round of two.
  const { params, state } = trained(
    both,
    [
      [8, null, null],
      [null, 4, null],
      [2, 2, null],
    ],
    { flushed: true },
  )
  expect(params).toEqual([-2, -8, -1.5, -1, -1, 4])
  expect(state).toMatchObject({ miniStep: 0, gradientStep: 2, inner: { miniStep: 0, gradientStep: 1 } })
})

test('a mask hides leaves from it', () => {
  const optimizer = hide(masked({ mask: { a: true, b: true, c: false } })(plainly()))
  expect(
    emitted(optimizer, [
      [10, null, 7],
      [null, 10, null],
    ]),
  ).toEqual([
    { a: 0, b: null, c: 7 },
    { a: -5, b: -5, c: null },
  ])
})

test('a restart forgets what has gathered', () => {
  const optimizer = hide(lookahead({ syncPeriod: 3, slowStepSize: 1, resetState: true })(plainly()))
  const { state } = trained(optimizer, [
    [1, null, null],
    [null, 1, null],
    [4, null, null],
  ])
  expect(innerOf(state)).toMatchObject({ miniStep: 0, gradientStep: 0, given: { a: 0, b: 0, c: 0 } })
})

test('with nothing gathered flush changes nothing: the same objects', () => {
  for (const optimizer of [plainly(), hide(sgd({ learningRate: 1 })), hide(chain(plainly(), plainly()))]) {
    const params = start()
    const state = optimizer.init(params)
    const next = flush(optimizer)(state, params)
    expect(next.state).toBe(state)
    expect(next.params).toBe(params)
  }
})

test('flush of two in a row, of which the second would lose what the first lets go, is refused; beside each other it is not', () => {
  const twice = hide(
    chain(
      multiSteps({ everyKSchedule: 2 })(scale({ stepSize: 1 })),
      multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 })),
    ),
  )
  const params = start()
  const { state } = step(twice)(grads([4, null, null]) as never, twice.init(params), params)
  expect(() => flush(twice)(state, params)).toThrow(/flush: an update arrives at a .* Put one of them inside the other/)
  const beside = hide(
    partition({ transforms: { x: plainly(), y: plainly() }, paramLabels: { a: 'x', b: 'y', c: 'y' } }),
  )
  expect(trained(beside, [[4, 2, null]], { flushed: true }).params).toEqual([-3, -10, -1.5, -1, -1, 4])
})
