import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whole } from '../../laws/checks/part.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { hide } from '../combinators/transformations.js'
import { adabelief, adam, adamax, adamaxw, adamw, amsgrad, nadam, nadamw, yogi } from '../optimizers/index.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { equations } from '../transformation/equations.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf as tensorsIn } from '../tree/tensorsOf.js'
import { scaleByAdam } from './scaleByAdam.js'
import { scaleByAdamax } from './scaleByAdamax.js'

beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

type Optimizer = Transformation<Opaque>
type Numbers = readonly number[]

/** `torch.optim.Adam` and `AdamW` in double, for one parameter: a step without a gradient is none. Written from PyTorch's
 *  `_single_tensor_adam`. */
const torchAdam = (
  start: Numbers,
  grads: readonly (Numbers | null)[],
  { lr = 0.1, betas = [0.9, 0.999] as readonly [number, number], eps = 1e-8, decay = 0 } = {},
): Numbers => {
  const param = [...start]
  const expAvg = start.map(() => 0)
  const expAvgSq = start.map(() => 0)
  let taken = 0
  for (const grad of grads) {
    if (grad === null) continue
    taken += 1
    const stepSize = lr / (1 - betas[0] ** taken)
    const root = Math.sqrt(1 - betas[1] ** taken)
    grad.forEach((g, i) => {
      const m = (expAvg[i] ?? 0) + (g - (expAvg[i] ?? 0)) * (1 - betas[0])
      const v = (expAvgSq[i] ?? 0) * betas[1] + g * g * (1 - betas[1])
      expAvg[i] = m
      expAvgSq[i] = v
      param[i] = (param[i] ?? 0) * (1 - lr * decay) - (stepSize * m) / (Math.sqrt(v) / root + eps)
    })
  }
  return param
}

const shapes: Readonly<Record<string, readonly number[]>> = { a: [3], b: [2, 2], c: [], d: [1] }
const names = Object.keys(shapes)
const sizeOf = (name: string) => (shapes[name] ?? []).reduce((n, k) => n * k, 1)

interface Run {
  readonly start: Readonly<Record<string, Numbers>>
  readonly grads: readonly Readonly<Record<string, Numbers | null>>[]
}

/** Parameters, and gradients of which each is null now and then. */
const runs = (steps: number): fc.Arbitrary<Run> => {
  const value = fc.integer({ min: -2000, max: 2000 }).map((x) => Math.fround((x === 0 ? 1 : x) / 1000))
  const list = (name: string) => fc.array(value, { minLength: sizeOf(name), maxLength: sizeOf(name) })
  const leaf = <A>(of: (name: string) => fc.Arbitrary<A>) =>
    fc.record(Object.fromEntries(names.map((name) => [name, of(name)])))
  return fc.record({
    start: leaf(list),
    grads: fc.array(
      leaf((name) => fc.option(list(name), { freq: 2 })),
      { minLength: steps, maxLength: steps },
    ),
  })
}

const tensorsOf = (values: Readonly<Record<string, Numbers | null>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, list]) => [
      name,
      list === null ? null : tf.tensor([...list], [...(shapes[name] ?? [])], 'float32'),
    ]),
  )

const after = (optimizer: Optimizer, { start, grads }: Run, donate = false) => {
  const params = tensorsOf(start) as Record<string, tf.Tensor>
  let now: { readonly params: Record<string, tf.Tensor>; readonly state: unknown } = {
    params,
    state: optimizer.init(params),
  }
  for (const grad of grads) now = step(optimizer, { donate })(tensorsOf(grad), now.state, now.params)
  return Object.fromEntries(Object.entries(now.params).map(([name, p]) => [name, [...p.dataSync()]]))
}

/** The largest difference, as a part of the largest number of a leaf or of 1. */
const apart = (found: Numbers, expected: Numbers): number =>
  Math.max(...found.map((x, i) => Math.abs(x - (expected[i] ?? Number.NaN)))) /
  Math.max(1, ...expected.map((x) => Math.abs(x)))

const most = 6e-6
const gradsOf = ({ grads }: Run, name: string) => grads.map((grad) => grad[name] ?? null)

describe('PyTorch, which counts for each parameter', () => {
  test.each([
    ['adam', hide(adam({ learningRate: 0.1, count: 'leaf' })), {}],
    [
      'adam, short memory',
      hide(adam({ learningRate: 0.1, b1: 0.5, b2: 0.9, count: 'leaf' })),
      { betas: [0.5, 0.9] as const },
    ],
    ['adamw', hide(adamw({ learningRate: 0.1, weightDecay: 0.1, count: 'leaf' })), { decay: 0.1 }],
  ])('%s', (_, optimizer, options) => {
    fc.assert(
      fc.property(runs(40), fc.boolean(), (run, donate) => {
        const found = after(optimizer, run, donate)
        for (const name of names)
          expect(apart(found[name] ?? [], torchAdam(run.start[name] ?? [], gradsOf(run, name), options))).toBeLessThan(
            most,
          )
      }),
      { numRuns: 8 },
    )
  })

  test('one count for all leaves is something else', () => {
    const run = { start: { a: [1, 1, 1] }, grads: [{ a: null }, { a: [1, 2, 3] }] }
    const expected = torchAdam([1, 1, 1], gradsOf(run, 'a'))
    expect(apart(after(hide(adam({ learningRate: 0.1, count: 'leaf' })), run)['a'] ?? [], expected)).toBeLessThan(most)
    expect(apart(after(hide(adam({ learningRate: 0.1 })), run)['a'] ?? [], expected)).toBeGreaterThan(0.02)
  })
})

const learningRate = 0.1
const kin: readonly (readonly [string, (count: 'step' | 'leaf') => Optimizer])[] = [
  ['adam', (count) => hide(adam({ learningRate, count }))],
  ['adam, nesterov', (count) => hide(adam({ learningRate, nesterov: true, epsRoot: 1e-6, count }))],
  ['adamw', (count) => hide(adamw({ learningRate, count }))],
  ['nadam', (count) => hide(nadam({ learningRate, count }))],
  ['nadamw', (count) => hide(nadamw({ learningRate, count }))],
  ['amsgrad', (count) => hide(amsgrad({ learningRate, count }))],
  ['amsgrad, half corrected', (count) => hide(amsgrad({ learningRate, biasCorrectionMu: false, count }))],
  ['adamax', (count) => hide(adamax({ learningRate, count }))],
  ['adamaxw', (count) => hide(adamaxw({ learningRate, count }))],
  ['adabelief', (count) => hide(adabelief({ learningRate, count }))],
  ['yogi', (count) => hide(yogi({ learningRate, count }))],
]

describe.each(kin)('%s', (_name, make) => {
  test('each leaf takes the steps that it would take alone', () => {
    fc.assert(
      fc.property(runs(12), (run) => {
        const found = after(make('leaf'), run)
        for (const name of names) {
          const grads = gradsOf(run, name).flatMap((grad) => (grad === null ? [] : [{ [name]: grad }]))
          const alone = after(make('step'), { start: { [name]: run.start[name] ?? [] }, grads })
          expect(apart(found[name] ?? [], alone[name] ?? [])).toBeLessThan(most)
        }
      }),
      { numRuns: 4 },
    )
  })

  test('is one pass as before, with a number more for each leaf', () => {
    const [stepwise, leafwise] = [equations(make('step')), equations(make('leaf'))]
    expect(stepwise).not.toContain('Correction')
    expect(leafwise).toContain("muCorrection' = muCorrection + a1·(1 − muCorrection)")
  })
})

test('one count for all leaves: the corrections are powers in double, rounded once, bit for bit', () => {
  const direct = equation({
    name: 'direct',
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1: 0.9,
      a1: 1 - 0.9,
      b2: 0.999,
      a2: 1 - 0.999,
      eps: 1e-8,
      r1: 1 / (1 - 0.9 ** (count + 1)),
      r2: 1 / (1 - 0.999 ** (count + 1)),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, r1, r2 }) => {
    const m = A.add(A.mul(b1, mu), A.mul(a1, g))
    const v = A.add(A.mul(b2, nu), A.mul(a2, A.mul(g, g)))
    return { update: A.div(A.mul(m, r1), A.add(A.sqrt(A.mul(v, r2)), eps)), mu: m, nu: v }
  })
  fc.assert(
    fc.property(runs(5), (run) => {
      expect(after(hide(scaleByAdam()), run)).toEqual(after(hide(direct), run))
      expect(after(hide(scaleByAdam({ count: 'step' })), run)).toEqual(after(hide(direct), run))
    }),
    { numRuns: 5 },
  )
})

test('thousands of steps: corrections stray by less than 6e-6', () => {
  const { init, update } = reference(scaleByAdam({ count: 'leaf' }), 'float32')
  const params = { w: arrayLeaf([1], [1]) }
  type Kept = Readonly<Record<'muCorrection' | 'nuCorrection', { readonly w: ArrayLeaf }>>
  let state = init(params) as Kept // of the equation
  let worst = 0
  for (let t = 1; t <= (whole ? 10_000 : 2000); t++) {
    state = update(params, state, params)[1] as Kept
    const [mu, nu] = [state.muCorrection.w.values[0] ?? 0, state.nuCorrection.w.values[0] ?? 0]
    worst = Math.max(worst, Math.abs(mu / (1 - 0.9 ** t) - 1), Math.abs(nu / (1 - 0.999 ** t) - 1))
  }
  expect(worst).toBeLessThan(most)
})

test.each([false, true])('a step makes the tensors of its result and no others; donated: %s', (donate) => {
  const before = tf.memory().numTensors
  const optimizer = adam({ learningRate: 0.1, count: 'leaf' })
  const [params, grads] = [
    { a: tf.ones([2]), b: tf.ones([3]) },
    { a: tf.ones([2]), b: null },
  ]
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 3; i++) {
    const next = step(optimizer, { donate })(grads, now.state, now.params)
    disposeExcept(now, next)
    now = next
    expect(tf.memory().numTensors).toBe(before + tensorsIn([now, grads]).length)
  }
})

test('a leaf without a gradient keeps its corrections: the very same tensors', () => {
  const params = { a: tf.ones([2]), b: tf.ones([2]) }
  const optimizer = scaleByAdam({ count: 'leaf' })
  const first = optimizer.init(params)
  const [, next] = optimizer.update({ a: tf.ones([2]), b: null }, first, params)
  expect([next.muCorrection.b, next.nuCorrection.b]).toEqual([first.muCorrection.b, first.nuCorrection.b])
  expect(next.muCorrection.a.dataSync()[0]).toBeCloseTo(0.1, 6)
  expect(next.count).toBe(1)
})

test('micro-batches that gather count once, and not at all where none had a gradient', () => {
  const params = { a: tf.ones([2]), b: tf.ones([2]) }
  const optimizer = multiSteps({ everyKSchedule: 2 })(scaleByAdam({ count: 'leaf' }))
  let state = optimizer.init(params)
  for (const a of [tf.ones([2]), null, null, null]) [, state] = optimizer.update({ a, b: null }, state, params)
  expect(state.inner.muCorrection.a.dataSync()[0]).toBeCloseTo(0.1, 6)
  expect(state.inner.muCorrection.b.dataSync()[0]).toBe(0)
})

test('the slots are there only where they are asked for', () => {
  const params = { a: tf.ones([2]) }
  const keys = (state: object) => Object.keys(state).sort()
  expect(keys(scaleByAdam().init(params))).toEqual(['count', 'mu', 'nu'])
  expect(keys(scaleByAdam({ count: 'leaf' }).init(params))).toEqual([
    'count',
    'mu',
    'muCorrection',
    'nu',
    'nuCorrection',
  ])
  expect(keys(scaleByAdamax({ count: 'leaf' }).init(params))).toEqual(['count', 'mu', 'muCorrection', 'nu'])
  expect(scaleByAdam({ count: 'leaf' }).init(params).muCorrection.a.shape).toEqual([])
  expect(() => scaleByAdam({ count: 'tree' as 'leaf' })).toThrow("scaleByAdam: count must be one of 'step', 'leaf'")
})
