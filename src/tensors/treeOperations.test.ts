import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { incrementalUpdate } from './incrementalUpdate.js'
import { periodicUpdate } from './periodicUpdate.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeAdd } from './treeAdd.js'
import { treeAddScale } from './treeAddScale.js'
import { treeAllclose } from './treeAllclose.js'
import { treeClip } from './treeClip.js'
import { treeDiv } from './treeDiv.js'
import { treeFullLike } from './treeFullLike.js'
import { treeGet } from '../tree/treeGet.js'
import { treeGetAllWithPath } from '../tree/treeGetAllWithPath.js'
import { treeMax } from './treeMax.js'
import { treeMin } from './treeMin.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { treeMul } from './treeMul.js'
import { treeNorm } from './treeNorm.js'
import { treeOnesLike } from './treeOnesLike.js'
import { treeScale } from './treeScale.js'
import { treeSet } from '../tree/treeSet.js'
import { treeSize } from '../tree/treeSize.js'
import { treeSub } from './treeSub.js'
import { treeSum } from './treeSum.js'
import { treeVdot } from './treeVdot.js'
import { treeWhere } from './treeWhere.js'
import { treeZerosLike } from './treeZerosLike.js'

const x = () => ({
  a: tf.tensor2d([
    [1, -2],
    [3, 4],
  ]),
  b: [tf.scalar(-0.5), null] as const,
})
const y = () => ({
  a: tf.tensor2d([
    [2, 4],
    [-8, 16],
  ]),
  b: [tf.scalar(4), null] as const,
})
const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const number = (t: tf.Tensor): number | undefined => {
  expect(t.shape).toEqual([])
  return t.dataSync()[0]
}

/** Runs what makes tensors, and checks that it leaves none but its result. */
const clean = <A>(f: () => A): A => {
  const before = tf.memory().numTensors
  const result = f()
  expect(tf.memory().numTensors).toBe(before + tensorsOf(result).length)
  return result
}

test('leaf by leaf', () => {
  const [p, q] = [x(), y()]
  expect(numbers(clean(() => treeAdd(p, q)))).toEqual([[3, 2, -5, 20], [3.5]])
  expect(numbers(clean(() => treeSub(p, q)))).toEqual([[-1, -6, 11, -12], [-4.5]])
  expect(numbers(clean(() => treeMul(p, q)))).toEqual([[2, -8, -24, 64], [-2]])
  expect(numbers(clean(() => treeDiv(p, q)))).toEqual([[0.5, -0.5, -0.375, 0.25], [-0.125]])
  expect(numbers(clean(() => treeScale(-2, p)))).toEqual([[-2, 4, -6, -8], [1]])
  expect(numbers(clean(() => treeAddScale(p, 0.5, q)))).toEqual([[2, 0, -1, 12], [1.5]])
  expect(numbers(clean(() => treeClip({ min: -1, max: 3 }, p)))).toEqual([[1, -1, 3, 3], [-0.5]])
  expect(numbers(clean(() => treeFullLike(p, 7)))).toEqual([[7, 7, 7, 7], [7]])
  expect(numbers(clean(() => [treeZerosLike(p), treeOnesLike(p)]))).toEqual([[0, 0, 0, 0], [0], [1, 1, 1, 1], [1]])
  expect(treeAdd(p, q).b[1]).toBe(null)
  expect(treeAdd(p, { a: null, b: [null, null] })).toEqual({ a: null, b: [null, null] })
  expect(() => treeAdd(p, { ...q, a: tf.tensor2d([[1, 2]]) })).toThrow(TreeMismatch)
  expect(() => treeClip({ min: 2, max: 1 }, p)).toThrow(RangeError)
})

test('a selection does not touch what it leaves out', () => {
  const p = x()
  const bad = treeFullLike(p, Number.NaN)
  expect(numbers(clean(() => treeWhere(true, p, bad)))).toEqual(numbers(p))
  expect(numbers(clean(() => treeWhere(false, bad, p)))).toEqual(numbers(p))
  const condition = tf.tensor(true, [], 'bool')
  expect(numbers(clean(() => treeWhere(condition, p, bad)))).toEqual(numbers(p))
  expect(numbers(clean(() => treeWhere(true, p, bad)).a)).not.toBe(p.a)
  // what has an element for each along the last axes, and nothing else
  const each = tf.tensor1d([true, false], 'bool')
  const [rows, none] = [{ a: tf.ones([2, 2]) }, { a: tf.zeros([2, 2]) }]
  expect(numbers(clean(() => treeWhere(each, rows, none)))).toEqual([[1, 0, 1, 0]])
  const [deep, empty] = [{ a: tf.ones([1, 2, 1, 1, 2, 2]) }, { a: tf.zeros([1, 2, 1, 1, 2, 2]) }]
  const first = tf.tensor([true, false], [1, 2, 1, 1, 1, 1], 'bool')
  expect(numbers(clean(() => treeWhere(first, deep, empty)))).toEqual([[1, 1, 1, 1, 0, 0, 0, 0]])
  expect(() => treeWhere(tf.ones([2, 2], 'bool'), { b: tf.ones([2]) }, { b: tf.ones([2]) })).toThrow(
    'treeWhere: condition must be of one element or of the shape of every leaf, found [2, 2] beside [2] at b.',
  )
})

test('trees are scaled by one number: nothing is broadcast', () => {
  const two = tf.tensor1d([1, 2]) as tf.Tensor as tf.Scalar // as untyped code passes it
  const told = 'scalar must be a number or a tensor of one, of shape [], found a tensor of shape [2]'
  expect(() => treeScale(two, x())).toThrow(`treeScale: ${told}`)
  expect(() => treeAddScale(x(), two, x())).toThrow(`treeAddScale: ${told}`)
})

test('one number for a tree', () => {
  const [p, q] = [x(), y()]
  const none = { a: null }
  expect(number(clean(() => treeSum(p)))).toBe(5.5)
  expect(number(clean(() => treeMax(p)))).toBe(4)
  expect(number(clean(() => treeMin(p)))).toBe(-2)
  expect(number(clean(() => treeVdot(p, q)))).toBe(2 - 8 - 24 + 64 - 2)
  expect(number(clean(() => treeNorm(p, { squared: true })))).toBe(30.25)
  expect(number(clean(() => treeNorm(p)))).toBeCloseTo(5.5, 6)
  expect(number(clean(() => treeNorm(p, { ord: 1 })))).toBe(10.5)
  expect(number(clean(() => treeNorm(p, { ord: Number.POSITIVE_INFINITY })))).toBe(4)
  expect(() => treeNorm(p, { ord: 3 })).toThrow(RangeError)
  expect(() => treeNorm(p, { square: true } as never)).toThrow(
    'treeNorm: there is no option square. Did you mean squared?',
  )
  expect(treeSize(p)).toBe(5)
  expect([treeSum(none), treeMax(none), treeMin(none), treeNorm(none)].map(number)).toEqual([0, -Infinity, Infinity, 0])
  expect(treeSize(none)).toBe(0)
})

test.each([
  [[[Number.NaN, 1], [2]]],
  [[[1, 2], [Number.NaN]]],
  [[[3], [1, Number.NaN, 2], [5]]],
  [[[-1], [-2], [Number.NaN, Number.NEGATIVE_INFINITY, -3, -4, Number.NaN]]],
])('what is no number shows in the largest and the smallest: %j', (values) => {
  const tree = values.map((row) => tf.tensor1d(row))
  expect(number(clean(() => treeMax(tree)))).toBeNaN()
  expect(number(clean(() => treeMin(tree)))).toBeNaN()
  expect(number(clean(() => treeNorm(tree, { ord: Number.POSITIVE_INFINITY })))).toBeNaN()
  disposeExcept(tree, [])
})

test('a sum over many elements is accurate on every backend', () => {
  const many = { w: tf.fill([1 << 20], 0.1) }
  const total = Math.fround(0.1) * (1 << 20)
  expect(Math.abs((number(treeSum(many)) ?? 0) - total) / total).toBeLessThan(1e-5)
  disposeExcept(many, [])
})

test('close is within tolerances', () => {
  const p = x()
  expect(clean(() => treeAllclose(p, p))).toBe(true)
  expect(treeAllclose(p, treeScale(1 + 1e-6, p))).toBe(true)
  expect(treeAllclose(p, treeScale(1.001, p))).toBe(false)
  expect(treeAllclose(p, treeScale(1.001, p), { rtol: 0.01 })).toBe(true)
  const misspelt = { rTol: 0.01 } as { readonly rtol?: number } // as untyped code passes it
  expect(() => treeAllclose(p, p, misspelt)).toThrow('treeAllclose: there is no option rTol. Did you mean rtol?')
  const odd = { w: tf.tensor1d([Number.POSITIVE_INFINITY, 1]) }
  expect(treeAllclose(odd, odd)).toBe(true)
  const nan = { w: tf.scalar(Number.NaN) }
  expect(treeAllclose(nan, nan)).toBe(false)
})

test('incrementalUpdate: its ends are exact, and what is equal stays', () => {
  const [p, q] = [x(), y()]
  expect(numbers(clean(() => incrementalUpdate(p, q, 0)))).toEqual(numbers(q))
  expect(numbers(clean(() => incrementalUpdate(p, q, 1)))).toEqual(numbers(p))
  expect(numbers(clean(() => incrementalUpdate(p, q, 0.25)))).toEqual([[1.75, 2.5, -5.25, 13], [2.875]])
  expect(numbers(clean(() => incrementalUpdate(p, q, 0.75)))).toEqual([[1.25, -0.5, 0.25, 7], [0.625]])
  expect(() => incrementalUpdate(p, q, 1.5)).toThrow(RangeError)
  // Numbers below 2⁻¹²⁶ are zero on WebGL.
  const normal = fc
    .float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .filter((value) => value === 0 || Math.abs(value) >= 2 ** -126)
  fc.assert(
    fc.property(
      fc.array(normal, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, s) => {
        const same = { w: tf.tensor1d(values) }
        const after = incrementalUpdate(same, same, s)
        const equal = treeAllclose(same, { w: after.w ?? same.w }, { rtol: 0, atol: 0 })
        disposeExcept([same, after], [])
        return equal
      },
    ),
    { numRuns: backendName === 'webgl' ? 5 : casesOf(100) },
  )
})

test('periodicUpdate returns one of the two', () => {
  const [p, q] = [x(), x()]
  expect([0, 1, 2, 3, 4].map((steps) => periodicUpdate(p, q, steps, 2) === p)).toEqual([true, false, true, false, true])
  expect(() => periodicUpdate(p, q, 0, 0)).toThrow(RangeError)
  // the remainder of NaN is never 0: it was the older one, for ever
  expect(() => periodicUpdate(p, q, Number.NaN, 2)).toThrow('periodicUpdate: steps must be an integer, found NaN.')
})

test('get and set are a lens; beside the path everything stays', () => {
  const state: readonly [
    { readonly count: number; readonly mu: ReturnType<typeof x> },
    { readonly hyperparams: { readonly learningRate: number } },
  ] = [{ count: 3, mu: x() }, { hyperparams: { learningRate: 0.1 } }]
  expect(treeGet(state, [1, 'hyperparams', 'learningRate'])).toBe(0.1)
  expect(treeGet(state, [])).toBe(state)
  const next = treeSet(state, [1, 'hyperparams', 'learningRate'], 0.01)
  expect(treeGet(next, [1, 'hyperparams', 'learningRate'])).toBe(0.01)
  expect(next[0]).toBe(state[0])
  expect(Array.isArray(next)).toBe(true)
  expect(state[1].hyperparams.learningRate).toBe(0.1)
  expect(treeSet(state, [0, 'count'], 3)).toBe(state)
  expect(treeSet(treeSet(state, [0, 'count'], 5), [0, 'count'], 6)).toEqual(treeSet(state, [0, 'count'], 6))
  const tensor = tf.tensor2d([
    [0, 0],
    [0, 0],
  ])
  expect(treeSet(state, [0, 'mu', 'a'], tensor)[0].mu.a).toBe(tensor)
  const untyped: { readonly [key: string]: unknown } = { a: { b: 1 } }
  expect(() => treeGet(untyped, ['a', 'c'])).toThrow('there is nothing at a/c. At a there is b')
  // what is set there would be lost
  expect(() => treeSet([1, 2], ['length'], 1)).toThrow('there is nothing at length. At the root there is 0, 1.')
  expect(() => treeSet(untyped, ['x'], 1)).toThrow(RangeError)
  expect(() => treeSet(untyped, ['a'], 1)).toThrow(TypeError)
  // what a wide type lets through
  expect(() => treeSet(state, [0, 'mu', 'a'], tf.scalar(1) as tf.Tensor as tf.Tensor2D)).toThrow(/shape \[2, 2\]/)
})

test('search by name gives paths', () => {
  const state = [
    { count: 3, mu: x() },
    { count: 4, inner: { count: { a: 1 } } },
  ]
  expect(treeGetAllWithPath(state, 'count').map(({ path }) => path.join('/'))).toEqual([
    '0/count',
    '1/count',
    '1/inner/count',
  ])
  expect(treeGetAllWithPath(state, 'shape')).toEqual([])
  expect(treeGetAllWithPath(state, '0')).toEqual([])
})
