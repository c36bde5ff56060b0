import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { skipLargeUpdates } from '../combinators/skipUpdates.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { hide } from '../combinators/transformations.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { fromage } from '../optimizers/fromage.js'
import { polyakSgd } from '../optimizers/polyakSgd.js'
import { sgd } from '../optimizers/sgd.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { adaptiveGradClip } from './adaptiveGradClip.js'
import { clipByBlockRms } from './clipByBlockRms.js'
import { clipByGlobalNorm } from './clipByGlobalNorm.js'
import { normalizeByUpdateNorm } from './normalizeByUpdateNorm.js'
import { perExampleGlobalNormClip } from './perExampleGlobalNormClip.js'
import { perExampleLayerNormClip } from './perExampleLayerNormClip.js'
import { scaleByParamBlockNorm } from './scaleByParamBlockNorm.js'
import { scaleByParamBlockRms } from './scaleByParamBlockRms.js'
import { scaleByTrustRatio } from './scaleByTrustRatio.js'
import { unitwiseNorm } from './unitwiseNorm.js'

const precision = backendName === 'webgl' ? 1e-6 : 3e-7

/** Where squares leave float32, on both sides, and where they do not; WebGL takes subnormal numbers for zeros. */
const scales = [1e-30, 1e-25, 3e-19, 1, 2e19, 1e25, 1e30, 1e36]

const newTree = (scale: number, length = 3000) => ({
  a: tf.tensor2d(
    [3, -4, 0.5, 2, -1, 0, 7, 1e-3].map((x) => x * scale),
    [2, 4],
  ),
  b: tf.tensor1d(Array.from({ length }, (_, i) => ((i % 7) - 3) * scale)),
  c: tf.scalar(-2 * scale),
})
const valuesOf = (tree: unknown): readonly (readonly number[])[] => tensorsOf(tree).map((t) => [...t.dataSync()])
const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))
const near = (found: number, exact: number): void => {
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(precision * Math.abs(exact))
}
const allNear = (found: readonly (readonly number[])[], exact: readonly (readonly number[])[]): void => {
  expect(found.map(({ length }) => length)).toEqual(exact.map(({ length }) => length))
  exact.forEach((list, i) => {
    const most = Math.max(...list.map(Math.abs))
    expect(most).toBeGreaterThan(0)
    list.forEach((x, k) => expect(Math.abs((found[i]?.[k] ?? Number.NaN) - x)).toBeLessThanOrEqual(precision * most))
  })
}

/** The update of one step, on tensors and, in float64, on arrays. */
const updated = (tx: AnyTransformation, grads: unknown, params: unknown, extra: readonly unknown[] = []) => {
  const leaf = (t: tf.Tensor): ArrayLeaf => arrayLeaf(t.dataSync(), t.shape)
  const arrays = (tree: unknown) =>
    Object.fromEntries(Object.entries(tree as Record<string, tf.Tensor>).map(([key, t]) => [key, leaf(t)]))
  const one = tx as Transformation<Opaque, unknown> // called with the extra that it needs
  const update = one.update as (...all: readonly unknown[]) => readonly [unknown, unknown]
  const [p, state] = [params as { readonly a: tf.Tensor }, one.init(params as { readonly a: tf.Tensor })]
  const [updates, next] = update(grads, state, p, ...extra)
  const exact = reference(one, 'float64')
  const go = exact.update as (...all: readonly unknown[]) => readonly [Record<string, ArrayLeaf>, unknown]
  const [q] = [arrays(params) as { readonly a: ArrayLeaf }]
  const [expected] = go(arrays(grads), exact.init(q), q, ...extra)
  const found = valuesOf(updates)
  disposeExcept([updates, state, next], [grads, params])
  return { found, exact: Object.values(expected).map(({ values }) => [...values]) }
}

describe.each(scales)('numbers of size %d', (scale) => {
  const cases: Readonly<Record<string, readonly [tx: AnyTransformation, params: number, extra?: readonly unknown[]]>> =
    {
      'clipByGlobalNorm, below': [clipByGlobalNorm({ maxNorm: 1e-2 * scale }), 1],
      'clipByGlobalNorm, above': [clipByGlobalNorm({ maxNorm: 1e3 * scale }), 1],
      clipByBlockRms: [clipByBlockRms({ threshold: scale / 2 }), 1],
      normalizeByUpdateNorm: [normalizeByUpdateNorm({ scaleFactor: 0.5, eps: 0 }), 1],
      'scaleByTrustRatio, of gradients': [scaleByTrustRatio({ trustCoefficient: 0.5 }), scale],
      'scaleByParamBlockNorm, of parameters': [scaleByParamBlockNorm({ minScale: 0 }), scale],
      'scaleByParamBlockRms, of parameters': [scaleByParamBlockRms({ minScale: 0 }), scale],
      fromage: [fromage({ learningRate: 0.5, minNorm: 0 }), scale],
      adaptiveGradClip: [adaptiveGradClip({ clipping: 0.01, eps: 0 }), scale],
    }
  test.each(Object.entries(cases))('%s', (name, [tx, size, extra]) => {
    const before = tf.memory().numTensors
    const [grads, params] = [newTree(name.includes('of parameters') ? 1 : scale), newTree(size)]
    // adaptiveGradClip's 1e-6 is the paper's
    if (!name.startsWith('adaptive') || scale > 1e-7) {
      const { found, exact } = updated(tx, grads, params, extra)
      allNear(found, exact)
    }
    disposeExcept([grads, params], [])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('treeNorm', () => {
    const before = tf.memory().numTensors
    const tree = newTree(scale)
    const found = treeNorm(tree)
    near(found.dataSync()[0] ?? Number.NaN, norm(valuesOf(tree).flat()))
    disposeExcept([tree, found], [])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('unitwiseNorm', () => {
    const before = tf.memory().numTensors
    const tree = newTree(scale)
    const found = unitwiseNorm(tree.a)
    const [a = []] = valuesOf(tree)
    ;[...found.dataSync()].forEach((x, i) => near(x, norm([a[i % 4] ?? 0, a[(i % 4) + 4] ?? 0])))
    disposeExcept([tree, found], [])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('perExampleGlobalNormClip and perExampleLayerNormClip', () => {
    const before = tf.memory().numTensors
    const rows = [
      [3, 4],
      [0, 1e-3],
      [-6, 8],
    ]
    const grads = { w: tf.tensor2d(rows.map((row) => row.map((x) => x * scale))) }
    const factors = rows.map((row) => Math.min(1, 5 / 2 / norm(row)))
    const expected = [0, 1].map((k) => rows.reduce((sum, row, i) => sum + (row[k] ?? 0) * (factors[i] ?? 0) * scale, 0))
    for (const [sum, clipped] of [
      perExampleGlobalNormClip(grads, { l2NormClip: 2.5 * scale }),
      perExampleLayerNormClip(grads, { globalL2NormClip: 2.5 * scale }),
    ]) {
      expect(valuesOf(clipped)).toEqual([[2]])
      allNear(valuesOf(sum), [expected])
      disposeExcept([sum, clipped], [])
    }
    disposeExcept(grads, [])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('skipLargeUpdates', () => {
    const grads = { w: tf.tensor1d([3 * scale, 4 * scale]) }
    const skipped = [4.9, 5.1].map((size) => {
      const tx = multiSteps({
        everyKSchedule: 1,
        shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm: (size * scale) ** 2 }),
      })(sgd({ learningRate: 1 }))
      const state = tx.init(grads)
      const [updates, next] = tx.update(grads, state, grads)
      const isSkipped = valuesOf(updates)
        .flat()
        .every((x) => x === 0)
      disposeExcept([updates, state, next], [grads])
      return isSkipped
    })
    expect(skipped).toEqual([true, false])
    disposeExcept(grads, [])
  })

  test('under a tape: the norm and its gradient', () => {
    const before = tf.memory().numTensors
    const x = tf.tensor1d([3 * scale, -4 * scale])
    const { value, grad } = tf.valueAndGrad((t: tf.Tensor) => treeNorm([t]) as tf.Scalar)(x)
    near(value.dataSync()[0] ?? Number.NaN, 5 * scale)
    ;[...grad.dataSync()].forEach((g, i) => near(g, [0.6, -0.8][i] ?? 0))
    disposeExcept([x, value, grad], [])
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a bound so small beside the norm that the factor is no normal number', () => {
  const [scale, small] = [1e37, 1e-2]
  const cases: Readonly<Record<string, readonly [tx: AnyTransformation, params: number]>> = {
    clipByGlobalNorm: [clipByGlobalNorm({ maxNorm: 1 }), 1],
    'clipByGlobalNorm, of little': [clipByGlobalNorm({ maxNorm: 1e-12 }), 1],
    clipByBlockRms: [clipByBlockRms({ threshold: small }), 1],
    normalizeByUpdateNorm: [normalizeByUpdateNorm(), 1],
    scaleByTrustRatio: [scaleByTrustRatio(), small],
    adaptiveGradClip: [adaptiveGradClip({ clipping: small }), 1],
  }
  test.each(Object.entries(cases))('%s', (_, [tx, size]) => {
    const before = tf.memory().numTensors
    // few elements: tfjs on wasm adds up one after another
    const [grads, params] = [newTree(scale, 30), newTree(size, 30)]
    const { found, exact } = updated(tx, grads, params)
    allNear(found, exact)
    disposeExcept([grads, params], [])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('perExampleGlobalNormClip and perExampleLayerNormClip', () => {
    const grads = { w: tf.tensor2d([3e37, 4e37, -1.2e38, 1.6e38], [2, 2]) }
    for (const [sum, clipped] of [
      perExampleGlobalNormClip(grads, { l2NormClip: small }),
      perExampleLayerNormClip(grads, { globalL2NormClip: small }),
    ]) {
      expect(valuesOf(clipped)).toEqual([[2]])
      allNear(valuesOf(sum), [[(0.6 - 0.6) * small, (0.8 + 0.8) * small]])
      disposeExcept([sum, clipped], [])
    }
    disposeExcept(grads, [])
  })
})

test('a Polyak step towards a value where the square of the norm is no float32', () => {
  const before = tf.memory().numTensors
  for (const scale of [1, 1e8, 1e18, 1e20, 1e30, 2e37]) {
    const params = { a: tf.tensor1d([1, 2]) }
    const grads = { a: tf.tensor1d([3 * scale, -4 * scale]) }
    const tx = polyakSgd({ maxLearningRate: 1, fMin: 0 })
    const state = tx.init(params)
    const [updates, next] = tx.update(grads, state, params, { value: 10 * scale })
    // γ = 10s/25s², u = −γ·g, but at most g where γ were above 1
    const rate = Math.min(1, 10 / (25 * scale))
    allNear(valuesOf(updates), [[-3 * scale * rate, 4 * scale * rate]])
    disposeExcept([params, grads, updates, state, next], [])
  }
  expect(tf.memory().numTensors).toBe(before)
})

test('a power of two scales a norm bitwise, on every path', () => {
  const tx = equation({ name: 'norms' })((A) => ({ update: g }) => ({
    update: A.where(A.less(g, A.lit(0)), A.leafNorm(g), A.treeNorm(g)),
  }))
  const start = Array.from({ length: 500 }, (_, i) => Math.fround(Math.sin(i) + (i % 2 === 0 ? 0.1 : -0.1)))
  const at = (k: number): readonly (readonly number[])[] => {
    const tree = { a: tf.tensor1d(start.map((x) => x * 2 ** k)), b: tf.tensor1d([-(2 ** k), 2 ** k]) }
    const [updates] = tx.update(tree, tx.init(tree), tree)
    const eagerly = treeNorm(tree)
    const found = [...valuesOf(updates), ...valuesOf(eagerly)]
    disposeExcept([tree, updates, eagerly], [])
    return found.map((list) => list.map((x) => x / 2 ** k))
  }
  const ordinary = at(0)
  for (const k of [-110, -90, -60, -45, -30, -1, 30, 50, 61, 70, 100, 120]) expect(at(k)).toEqual(ordinary)
})

describe('zero bounds and zero norms give zeros', () => {
  const zeros = () => ({ a: tf.tensor1d([0, -0, 0]), none: null, empty: tf.zeros([0, 2]), b: tf.scalar(0) })
  const cases: Readonly<Record<string, AnyTransformation>> = {
    'clipByGlobalNorm, 0': clipByGlobalNorm({ maxNorm: 0 }),
    'clipByGlobalNorm, 1': clipByGlobalNorm({ maxNorm: 1 }),
    clipByBlockRms: clipByBlockRms({ threshold: 1 }),
    'normalizeByUpdateNorm, ε = 0': normalizeByUpdateNorm({ eps: 0 }),
    'normalizeByUpdateNorm, to 0': normalizeByUpdateNorm({ eps: 0, scaleFactor: 0 }),
    'normalizeByUpdateNorm, to −1': normalizeByUpdateNorm({ eps: 0, scaleFactor: -1 }),
    scaleByTrustRatio: scaleByTrustRatio(),
    'scaleByTrustRatio, coefficient 0': scaleByTrustRatio({ trustCoefficient: 0 }),
    scaleByParamBlockNorm: scaleByParamBlockNorm({ minScale: 0 }),
    scaleByParamBlockRms: scaleByParamBlockRms({ minScale: 0 }),
    adaptiveGradClip: adaptiveGradClip({ clipping: 0, eps: 0 }),
    fromage: fromage({ learningRate: 0.1, minNorm: 0 }),
  }
  test.each(Object.entries(cases))('%s', (_name, tx) => {
    const before = tf.memory().numTensors
    const one = hide(tx as Transformation<Opaque>)
    const tree = zeros()
    const state = one.init(tree)
    const [updates, next] = one.update(tree, state, tree)
    expect(valuesOf(updates).map((list) => list.map(Math.abs))).toEqual([[0, 0, 0], [], [0]])
    disposeExcept([tree, updates, state, next], [])
    const nothing = { a: null, b: [] }
    const empty = one.init(nothing)
    expect(valuesOf(one.update(nothing, empty, nothing)[0])).toEqual([])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('gradients that are not zero, clipped to 0', () => {
    for (const tx of [clipByGlobalNorm({ maxNorm: 0 }), adaptiveGradClip({ clipping: 0 })].map((one) => hide(one))) {
      const tree = { a: tf.tensor1d([1, -2, 0]), b: tf.scalar(3e30) }
      const [updates] = tx.update(tree, tx.init(tree), tree)
      expect(valuesOf(updates).map((list) => list.map(Math.abs))).toEqual([[0, 0, 0], [0]])
      disposeExcept([tree, updates], [])
    }
  })

  test('examples', () => {
    const grads = { w: tf.tensor2d([0, 0, 3, 4], [2, 2]) }
    for (const [sum, clipped] of [
      perExampleGlobalNormClip(grads, { l2NormClip: 0 }),
      perExampleLayerNormClip(grads, { globalL2NormClip: 0 }),
    ]) {
      expect([valuesOf(sum), valuesOf(clipped)]).toEqual([[[0, 0]], [[1]]])
      disposeExcept([sum, clipped], [])
    }
    disposeExcept(grads, [])
  })

  test('norms', () => {
    for (const tree of [{ a: null }, { a: tf.zeros([0]) }, { a: tf.tensor1d([0, -0]) }]) {
      const found = treeNorm(tree)
      expect([...found.dataSync()]).toEqual([0])
      disposeExcept([tree, found], [])
    }
  })
})

test('what is not finite stays visible: ∞ and NaN in a norm', () => {
  for (const [x, expected] of [
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
    // finite numbers whose norm is no float32
    [3.4e38, Number.POSITIVE_INFINITY],
  ] as const) {
    const tx = equation({ name: 'norms' })((A) => ({ update: g }) => ({ update: A.min(A.leafNorm(g), A.treeNorm(g)) }))
    const tree = { a: tf.tensor1d([1, x, 3.4e38, 3.4e38]) }
    const [updates] = tx.update(tree, tx.init(tree), tree)
    const found = treeNorm(tree)
    expect([...valuesOf(updates).flat(), ...valuesOf(found).flat()]).toEqual(new Array(5).fill(expected))
    disposeExcept([tree, updates, found], [])
  }
})
