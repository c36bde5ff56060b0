import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeScale } from '../tensors/treeScale.js'
import { matrixInversePthRoot } from './matrixInversePthRoot.js'
import { multiNormal } from './multiNormal.js'
import { nnls } from './nnls.js'
import { powerIteration, powerIterationOf } from './powerIteration.js'
import { safeIncrement } from './safeIncrement.js'
import { safeNorm } from './safeNorm.js'
import { safeRootMeanSquares } from './safeRootMeanSquares.js'
import { scaleGradient } from './scaleGradient.js'

const numbers = (x: unknown): readonly number[] => tensorsOf(x).flatMap((leaf) => [...leaf.dataSync()])
const slope = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): readonly number[] =>
  numbers(valueAndGrad((p: { readonly x: tf.Tensor }) => tf.sum(f(p.x)))({ x }).grads)

describe('safe norms', () => {
  it('are right where squares are none, and at ties', () => {
    tf.tidy(() => {
      const vast = tf.tensor1d([3e30, -4e30])
      expect((numbers(safeNorm(vast))[0] ?? 0) / 5e30).toBeCloseTo(1, 6)
      slope((x) => safeNorm(x), vast).forEach((g, i) => expect(g).toBeCloseTo([0.6, -0.8][i] ?? 0, 6))
      expect((numbers(safeRootMeanSquares(tf.tensor1d([3e-30, 4e-30])))[0] ?? 0) / (5e-30 / Math.SQRT2)).toBeCloseTo(
        1,
        6,
      )
      const largest = (x: tf.Tensor) => safeNorm(x, { ord: Number.POSITIVE_INFINITY })
      expect(slope(largest, tf.tensor1d([2, -2, 1]))).toEqual([0.5, -0.5, 0])
    })
  })

  it('take numbers, nothing, NaN and axes that are not there', () => {
    tf.tidy(() => {
      expect(numbers(safeNorm(tf.scalar(-2)))).toEqual([2])
      expect(numbers(safeNorm(tf.zeros([0, 2]), { minNorm: 0.5 }))).toEqual([0.5])
      expect(safeNorm(tf.zeros([0, 2]), { axis: 1 }).shape).toEqual([0])
      expect(numbers(safeRootMeanSquares(tf.zeros([0]), { minRms: 0.25 }))).toEqual([0.25])
      expect(numbers(safeNorm(tf.tensor1d([Number.NaN, 1])))).toEqual([Number.NaN])
      expect(() => safeNorm(tf.ones([2]), { axis: 1 })).toThrow(/safeNorm: axis must be an integer in \[-1, 1\)/)
      expect(() => safeNorm(tf.ones([2]), { ord: 3 })).toThrow(/ord must be 1, 2 or Infinity, found 3/)
      expect(() => safeNorm(tf.ones([2]), { minNorm: -1 })).toThrow(RangeError)
    })
  })

  it('make one tensor each', () => {
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    const made = [safeNorm(x), safeRootMeanSquares(x)]
    expect(tf.memory().numTensors).toBe(before + 2)
    tf.dispose([...made, x])
  })
})

it('safeIncrement refuses what is no count', () => {
  expect(safeIncrement(2 ** 31 - 1)).toBe(2 ** 31 - 1)
  expect(() => safeIncrement(-1)).toThrow(/must be an integer ≥ 0, found -1/)
  expect(() => safeIncrement(0.5)).toThrow(RangeError)
})

it('scaleGradient stops infinite gradients at 0, and keeps null', () => {
  tf.tidy(() => {
    const root = (x: tf.Tensor) => tf.sqrt(scaleGradient(x, 0))
    expect(slope(root, tf.scalar(0))).toEqual([0])
    expect(scaleGradient({ a: tf.scalar(2), b: null }, 0.5).b).toBe(null)
    expect(() => scaleGradient(tf.scalar(1), Number.NaN)).toThrow(/scale must be a finite number/)
  })
})

describe('on the host', () => {
  it('a matrix of zeros has an eigenvalue, and roots of any degree are roots', () => {
    tf.tidy(() => {
      const { eigenvalue, eigenvector } = powerIteration(tf.zeros([2, 2]), { v0: tf.tensor1d([3, 4]) })
      expect([eigenvalue, ...numbers(eigenvector)]).toEqual([0, Math.fround(0.6), Math.fround(0.8)])
      const a = tf.tensor2d([2, 0.5, 0.5, 1], [2, 2])
      for (const p of [1, 2, 3, 5, 6]) {
        const { root, error } = matrixInversePthRoot(a, { p, ridgeEpsilon: 0 })
        expect(error).toBeLessThan(1e-10)
        const power = Array.from({ length: p }).reduce<tf.Tensor>((product) => tf.matMul(product, root), tf.eye(2))
        numbers(tf.matMul(power, a)).forEach((x, i) => expect(x).toBeCloseTo(i % 3 === 0 ? 1 : 0, 4))
      }
      expect(matrixInversePthRoot(tf.tensor2d([1, 0, 0, -1], [2, 2]), { p: 2 }).error).toBeGreaterThan(0.1)
      expect(numbers(matrixInversePthRoot(tf.zeros([0, 0]), { p: 2 }).root)).toEqual([])
      expect(() => matrixInversePthRoot(tf.ones([2, 3]), { p: 2 })).toThrow(/matrix must be square/)
      expect(() => powerIteration(tf.ones([2]))).toThrow(/matrix must be a matrix, found the shape \[2\]/)
      expect(() => powerIteration(tf.eye(2), { v0: tf.ones([3]) })).toThrow(/v0 must have the shape \[2\]/)
      // the same start every time
      expect(powerIteration(a).eigenvalue).toBe(powerIteration(a, { key: 0 }).eigenvalue)
    })
  })

  it('powers of a function leave its vector and nothing else', () => {
    const v0 = { a: tf.tensor1d([1, 2]), b: null }
    const before = tf.memory().numTensors
    const { eigenvalue, eigenvector } = powerIterationOf((v) => treeScale(3, v), v0, { numIters: 3 })
    expect(eigenvalue).toBeCloseTo(3, 5)
    expect(tf.memory().numTensors).toBe(before + 1)
    expect(numbers(v0)).toEqual([1, 2])
    tf.dispose([eigenvector.a, v0.a])
  })

  it('nnls takes several right sides, and none', () => {
    tf.tidy(() => {
      const a = tf.tensor2d([1, 0, 0, 2], [2, 2])
      const x = nnls(a, tf.tensor2d([1, -1, 2, 4], [2, 2]), { iters: 300 })
      expect(x.shape).toEqual([2, 2])
      numbers(x).forEach((value, i) => expect(value).toBeCloseTo([1, 0, 1, 2][i] ?? 0, 4))
      expect(numbers(nnls(tf.zeros([2, 2]), tf.ones([2]), { iters: 3 }))).toEqual([0, 0])
      expect(() => nnls(a, tf.ones([3]), { iters: 1 })).toThrow(/b must have the shape \[2\]/)
      expect(() => nnls(a, tf.ones([2]), { iters: -1 })).toThrow(RangeError)
    })
  })
})

it('multiNormal draws by key, and is differentiable', () => {
  tf.tidy(() => {
    const normal = multiNormal(tf.tensor1d([1, -1]), tf.tensor1d([0, Math.log(3)]))
    const draws = normal.sample([4000], 7)
    expect(draws.shape).toEqual([4000, 2])
    expect(numbers(normal.sample([2], 7))).toEqual(numbers(normal.sample([2], 7)))
    expect(numbers(normal.sample([2], 7))).not.toEqual(numbers(normal.sample([2], 8)))
    const { mean, variance } = tf.moments(draws, 0)
    numbers(mean).forEach((x, i) => expect(Math.abs(x - (i === 0 ? 1 : -1))).toBeLessThan(0.2))
    numbers(variance).forEach((x, i) => expect(x / (i === 0 ? 1 : 9)).toBeCloseTo(1, 0))
    expect(normal.logProb(draws).shape).toEqual([4000])
    const by = (scale: tf.Tensor) => multiNormal(tf.zeros([2]), scale).sample([1], 3)
    const z = numbers(multiNormal(tf.zeros([2]), tf.zeros([2])).sample([1], 3))
    slope(by, tf.zeros([2])).forEach((g, i) => expect(g).toBeCloseTo(z[i] ?? 0, 5))
    expect(() => multiNormal(tf.ones([2]), tf.ones([1]))).toThrow(/logScale must have the shape of loc/)
    expect(() => normal.logProb(tf.ones([3]))).toThrow(/x must have the shape of loc/)
  })
})
