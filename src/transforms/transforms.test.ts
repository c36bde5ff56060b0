import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import {
  adaptiveGradClip,
  addNoise,
  applyEvery,
  centralize,
  clip,
  keepParamsNonnegative,
  perExampleGlobalNormClip,
  perExampleLayerNormClip,
  scale,
  scaleByRss,
  scaleBySm3,
  setToZero,
  stateless,
  statelessWithTreeMap,
  unitwiseClip,
  unitwiseNorm,
  zeroNans,
} from './index.js'

const numbersIn = (tree: unknown): readonly number[] => tensorsOf(tree).flatMap((x) => [...x.dataSync()])

const expectNear = (found: unknown, wanted: readonly number[]): void => {
  const numbers = numbersIn(found)
  expect(numbers).toHaveLength(wanted.length)
  wanted.forEach((w, i) => {
    expect(Math.abs((numbers[i] ?? Number.NaN) - w)).toBeLessThan(1e-6 * Math.max(1, Math.abs(w)))
  })
}

beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

describe('addNoise', () => {
  const tx = addNoise({ eta: 4, gamma: 1, key: 3 })
  const draw = (tree: { readonly [key: string]: tf.Tensor }, count: number, key = 3) =>
    tx.update(tree, { count, key }, tree)[0]

  test('is a function of key, count and path', () => {
    const zeros = { a: tf.zeros([50]), b: tf.zeros([50]) }
    const [updates, state] = tx.update(zeros, tx.init(zeros), zeros)
    expect(state).toEqual({ count: 1, key: 3 })
    expect(numbersIn(updates)).toEqual(numbersIn(draw(zeros, 0)))
    expect(numbersIn(draw({ b: zeros.b, a: zeros.a }, 0)['b'])).toEqual(numbersIn(updates.b))
    expect(numbersIn(updates.a)).not.toEqual(numbersIn(updates.b))
    expect(numbersIn(draw(zeros, 1))).not.toEqual(numbersIn(updates))
    expect(numbersIn(draw(zeros, 0, 4))).not.toEqual(numbersIn(updates))
  })

  test('has the variance eta/tᵞ, and adds to the gradient', () => {
    const ones = { a: tf.fill([4000], 10) }
    for (const [count, variance] of [
      [0, 4],
      [3, 1],
    ] as const) {
      const values = numbersIn(draw(ones, count))
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
      expect(Math.abs(mean - 10)).toBeLessThan(0.15)
      expect(Math.abs(spread / variance - 1)).toBeLessThan(0.12)
    }
  })
})

describe('clips of single examples', () => {
  // Norms over both leaves: 5 and 0.5; of the leaves alone: 3, 0.3 and 4, 0.4.
  const grads = () => ({
    v: tf.tensor2d([
      [3, 0],
      [0, 0.3],
    ]),
    w: tf.tensor3d([[[4]], [[0.4]]]),
  })

  test('by the global norm', () => {
    const before = tf.memory().numTensors
    const given = grads()
    const [sum, clipped] = perExampleGlobalNormClip(given, { l2NormClip: 1 })
    expectNear(sum, [0.6, 0.3, 0.8 + 0.4])
    expect(sum.v.shape).toEqual([2])
    expect(sum.w.shape).toEqual([1, 1])
    expectNear(clipped, [1])
    expect(tf.memory().numTensors - before).toBe(5)
  })

  test('leaf by leaf, evenly or by size', () => {
    const [even, counts] = perExampleLayerNormClip(grads(), { globalL2NormClip: Math.SQRT2 })
    expectNear(even, [1, 0.3, 1 + 0.4])
    expectNear(counts, [1, 1])
    const [bySize] = perExampleLayerNormClip(grads(), { globalL2NormClip: 1, uniform: false })
    expectNear(bySize, [Math.sqrt(2 / 3), 0.3, Math.sqrt(1 / 3) + 0.4])
  })

  test('an example of zeros stays zero; stacks must be of one height', () => {
    const [sum, clipped] = perExampleGlobalNormClip({ v: tf.zeros([2, 3]) }, { l2NormClip: 0 })
    expectNear(sum, [0, 0, 0])
    expectNear(clipped, [0])
    expect(() => perExampleGlobalNormClip({ v: tf.zeros([2, 3]), w: tf.zeros([3, 3]) }, { l2NormClip: 1 })).toThrow(
      /w has the shape \[3, 3\], expected 2/,
    )
  })
})

describe('units', () => {
  test('have norms by rank', () => {
    expectNear(unitwiseNorm(tf.tensor1d([3, 4])), [5, 5])
    expectNear(
      unitwiseNorm(
        tf.tensor2d([
          [3, 1],
          [4, 0],
        ]),
      ),
      [5, 1, 5, 1],
    )
    expectNear(
      unitwiseNorm(
        tf.tensor2d([
          [3, 1],
          [4, 0],
        ]),
        { axis: 1 },
      ),
      [Math.sqrt(10), Math.sqrt(10), 4, 4],
    )
    expectNear(unitwiseNorm(tf.scalar(-2)), [2])
    expect(() => unitwiseNorm(tf.ones([2, 2, 2, 2, 2, 2]))).toThrow(/axis/)
  })

  test('are clipped alone', () => {
    const g = tf.tensor2d([
      [3, 1],
      [4, 0],
    ])
    expectNear(unitwiseClip(unitwiseNorm(g), tf.fill([2, 2], 2), g), [1.2, 1, 1.6, 0])
    expect(() => unitwiseClip(tf.scalar(1), tf.scalar(1), g)).toThrow(/one shape/)
    const params = {
      k: tf.tensor2d([
        [1, 0],
        [0, 0],
      ]),
    }
    const [u] = adaptiveGradClip({ clipping: 0.5, eps: 1 }).update({ k: g }, {}, params)
    expectNear(u, [0.3, 0.5, 0.4, 0])
  })
})

test('zeroNans forgets where they were before, and lets infinities through', () => {
  const params = { a: tf.zeros([2]), b: tf.zeros([1]), c: tf.zeros([0]) }
  const state = zeroNans().init(params)
  const [u, next] = zeroNans().update(
    { a: tf.tensor1d([Number.NaN, 2]), b: tf.tensor1d([Number.POSITIVE_INFINITY]), c: tf.zeros([0]) },
    state,
    params,
  )
  expect(numbersIn(u)).toEqual([0, 2, Number.POSITIVE_INFINITY])
  expect(numbersIn(next.foundNan)).toEqual([1, 0, 0])
  expect(numbersIn(zeroNans().update(params, next, params)[1])).toEqual([0, 0, 0])
})

test('applyEvery forgets a NaN with its round', () => {
  const tx = applyEvery({ k: 2 })
  const params = { a: tf.zeros([1]) }
  let state = tx.init(params)
  const seen = [1, Number.NaN, 2, 3].map((g) => {
    const [u, next] = tx.update({ a: tf.tensor1d([g]) }, state, params)
    state = next
    return numbersIn(u)[0]
  })
  expect(seen).toEqual([0, Number.NaN, 0, 5])
  expect(state.count).toBe(0)
})

describe('applyEvery, where gradients are missing now and then', () => {
  const params = () => ({ a: tf.zeros([2]), b: tf.zeros([1]) })
  type Gradients = readonly (readonly [number | null, number | null])[]
  const tensorOf = (x: number | null, length: number) => (x === null ? null : tf.fill([length], x))
  const given = ([a, b]: readonly [number | null, number | null]) => ({ a: tensorOf(a, 2), b: tensorOf(b, 1) })
  const firstOf = (leaf: tf.Tensor | null) => (leaf === null ? null : leaf.dataSync()[0])
  const seenBy = (k: number, gradients: Gradients) => {
    const tx = applyEvery({ k })
    const p = params()
    let state = tx.init(p)
    const seen = gradients.map((g) => {
      // leaves without a gradient are null, which the type of these parameters allows
      const [u, next] = tx.update(given(g), state, p) as unknown as [
        Readonly<Record<'a' | 'b', tf.Tensor | null>>,
        typeof state,
      ]
      state = next
      return [firstOf(u.a), firstOf(u.b)]
    })
    return { seen, state }
  }

  test('what has gathered comes out in its round, though the k-th is missing', () => {
    expect(
      seenBy(2, [
        [10, null],
        [null, 4],
      ]).seen,
    ).toEqual([
      [0, null],
      [10, 4],
    ])
  })

  test('nothing of a round before comes out in the next, and the sum is zero after each', () => {
    const { seen, state } = seenBy(3, [
      [1, null],
      [2, 7],
      [null, null],
      [null, null],
      [5, null],
      [null, null],
    ])
    expect(seen.map(([a]) => a)).toEqual([0, 0, 3, null, 0, 5])
    expect(seen.map(([, b]) => b)).toEqual([null, 0, 7, null, null, null])
    expect(numbersIn(state.gradAcc)).toEqual([0, 0, 0])
    expect(state.given).toEqual({ a: 0, b: 0 })
  })

  test('k = 1 is the identity', () => {
    const gradients: Gradients = [
      [1, null],
      [null, 2],
      [null, null],
    ]
    expect(seenBy(1, gradients).seen).toEqual(gradients)
  })

  test.each([false, true])('the sum of what came out is what came in, donated %s', (donate) => {
    const optimizer = chain(applyEvery({ k: 3 }), scale({ stepSize: -1 }))
    const before = tf.memory().numTensors
    const p = params()
    let now = { params: p, state: optimizer.init(p) }
    for (const g of [
      [1, null],
      [null, 2],
      [null, null],
      [null, 4],
      [8, null],
      [16, 32],
    ] as Gradients) {
      const gradient = given(g)
      const next = step(optimizer, { donate })(gradient as never, now.state, now.params)
      disposeExcept([now, gradient], next)
      now = next
    }
    expect(numbersIn(now.params)).toEqual([-25, -25, -38])
    disposeExcept(now, [])
    expect(tf.memory().numTensors).toBe(before)
  })
})

test('clip keeps NaN, and bounds infinities', () => {
  const params = { a: tf.zeros([4]) }
  const [u] = clip({ maxDelta: 2 }).update(
    { a: tf.tensor1d([Number.NaN, Number.NEGATIVE_INFINITY, 3, -1]) },
    {},
    params,
  )
  expect(numbersIn(u)).toEqual([Number.NaN, -2, 2, -1])
})

test('keepParamsNonnegative stops at zero, exactly', () => {
  const params = { a: tf.tensor1d([0.1, 0.3, 1]) }
  const { params: next } = step(keepParamsNonnegative())({ a: tf.tensor1d([-0.7, -0.3, 1]) }, {}, params)
  expect(numbersIn(next)).toEqual([0, 0, 2])
})

test('centralize takes the mean from each unit of tfjs with axis −1, and leaves vectors alone', () => {
  const params = { k: tf.zeros([2, 2]), b: tf.zeros([2]) }
  const grads = {
    k: tf.tensor2d([
      [1, 2],
      [3, 6],
    ]),
    b: tf.tensor1d([1, 2]),
  }
  expectNear(centralize({ axis: -1 }).update(grads, {}, params)[0], [-1, -2, 1, 2, 1, 2])
  expectNear(centralize().update(grads, {}, params)[0], [-0.5, 0.5, -1.5, 1.5, 1, 2])
})

test('scaleBySm3 takes a number for one cell', () => {
  const params = { a: tf.scalar(1) }
  const tx = scaleBySm3({ b1: 0, eps: 0 })
  const [first, state] = tx.update({ a: tf.scalar(3) }, tx.init(params), params)
  expectNear(first, [1])
  expectNear(tx.update({ a: tf.scalar(4) }, state, params)[0], [4 / 5])
})

test('setToZero and identity keep what they can by reference', () => {
  const params = { a: tf.scalar(1) }
  const tx = chain(identity(), setToZero())
  expect(step(tx)({ a: tf.scalar(2) }, tx.init(params), params).params.a).toBe(params.a)
})

test('functions of trees and of leaves are transformations', () => {
  const params = { a: tf.scalar(1), b: tf.scalar(2), none: null }
  const grads = { a: tf.scalar(3), b: null, none: null }
  const before = tf.memory().numTensors
  const [u] = statelessWithTreeMap({ f: (g, p) => tf.add(tf.mul(g, 10), p) }).update(grads, {}, params)
  expect(numbersIn(u)).toEqual([31])
  expect(u.b).toBe(null)
  expect(tf.memory().numTensors - before).toBe(1)
  const tx = chain(stateless({ f: (updates) => updates }), setToZero())
  expect(step(tx)(grads, tx.init(params), params).params.a).toBe(params.a)
  expect(() => statelessWithTreeMap({ f: (g) => tf.reshape(g, [1]) }).update(grads, {}, params)).toThrow(
    /statelessWithTreeMap/,
  )
})

test('a gradient that is not a number shows in the update, as in optax', () => {
  const params = { w: tf.tensor1d([1, 2]) }
  const grads = { w: tf.tensor1d([Number.NaN, 1]) }
  for (const tx of [scaleByRss(), scaleBySm3()]) {
    // states differ
    const [{ w }] = tf.tidy(() => tx.update(grads, tx.init(params) as never, params) as unknown as [{ w: tf.Tensor }])
    const [first, second] = w.dataSync()
    expect([first, Number.isFinite(second)]).toEqual([Number.NaN, true])
  }
})
