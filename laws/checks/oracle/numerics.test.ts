/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { hungarianAlgorithm } from '../../../src/assignment/hungarianAlgorithm.js'
import { matrixInversePthRoot, inversePthRoot } from '../../../src/numerics/matrixInversePthRoot.js'
import { multiNormal } from '../../../src/numerics/multiNormal.js'
import { nnls } from '../../../src/numerics/nnls.js'
import { powerIteration, powerIterationOf } from '../../../src/numerics/powerIteration.js'
import { safeIncrement } from '../../../src/numerics/safeIncrement.js'
import { safeNorm } from '../../../src/numerics/safeNorm.js'
import { safeRootMeanSquares } from '../../../src/numerics/safeRootMeanSquares.js'
import { scaleGradient } from '../../../src/numerics/scaleGradient.js'
import { valueAndGrad } from '../../../src/training/valueAndGrad.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { treeNorm } from '../../../src/tensors/treeNorm.js'
import { backendName } from '../backend.js'
import text from './numerics.json?raw'
import {
  apart,
  largest,
  numbersIn,
  sortedNumbers,
  sortedValues,
  tensorOf,
  treeOf,
  type Written,
  type WrittenTree,
} from './written.js'

type Matrix = readonly (readonly number[])[]

// The file is this repository's own; a case that is not one fails the test that reads it.
const oracle = JSON.parse(text) as {
  readonly safeIncrement: readonly { readonly count: number; readonly value: number }[]
  readonly safeNorm: readonly {
    readonly x: Written
    readonly minNorm: number
    readonly ord: 1 | 2 | 'inf' | null
    readonly axis?: number | null
    readonly keepdims?: boolean
    readonly value: Written
    readonly gradient: Written
  }[]
  readonly safeRootMeanSquares: readonly {
    readonly x: Written
    readonly minRms: number
    readonly value: number
    readonly gradient: Written
  }[]
  readonly scaleGradient: readonly {
    readonly x: WrittenTree
    readonly scale: number
    readonly value: number
    readonly gradient: WrittenTree
  }[]
  readonly powerIteration: readonly {
    readonly matrix: Matrix
    readonly v0: readonly number[]
    readonly options: { readonly numIters?: number; readonly errorTolerance?: number }
    readonly eigenvalue: number
    readonly eigenvector: readonly number[]
  }[]
  readonly matrixInversePthRoot: readonly {
    readonly matrix: Matrix
    readonly p: number
    readonly value: Matrix
    readonly exact: Matrix
  }[]
  readonly nnls: readonly {
    readonly A: Matrix
    readonly b: Written
    readonly iters: number
    readonly value: Written
    readonly scipy: Written
  }[]
  readonly multiNormal: readonly {
    readonly loc: Written
    readonly logScale: Written
    readonly x: Written
    readonly logProb: number
    readonly gradientLoc: Written
    readonly gradientLogScale: Written
  }[]
  readonly hungarianAlgorithm: readonly {
    readonly costs: Matrix
    readonly cost: number
    readonly count: number
    readonly rows?: readonly number[]
    readonly columns?: readonly number[]
  }[]
}

const off = (found: readonly number[], wanted: readonly number[]): number =>
  apart(found, wanted) / Math.max(largest(wanted), Number.MIN_VALUE)
const values = (x: unknown): readonly number[] => sortedValues(x)
/** The gradient of the sum of a function. */
const slope = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): readonly number[] =>
  values(valueAndGrad(({ x: p }: { readonly x: tf.Tensor }) => tf.sum(f(p)))({ x }).grads.x)
const close = (found: readonly number[], wanted: readonly number[], tolerance = 2e-6): void => {
  expect(apart(found, wanted)).toBeLessThan(tolerance * Math.max(largest(wanted), 1e-30))
}

describe(`numerics of optax in float64, by ${backendName}`, () => {
  it('safeIncrement', () => {
    for (const { count, value } of oracle.safeIncrement) expect(safeIncrement(count)).toBe(value)
  })

  it('safeNorm', () => {
    tf.tidy(() => {
      expect(oracle.safeNorm).toHaveLength(57)
      for (const { x, minNorm, ord, axis = null, keepdims = false, value, gradient } of oracle.safeNorm) {
        const f = (t: tf.Tensor) =>
          safeNorm(t, { minNorm, ord: ord === 'inf' ? Number.POSITIVE_INFINITY : (ord ?? 2), axis, keepDims: keepdims })
        const found = f(tensorOf(x))
        expect(found.shape).toEqual(tensorOf(value).shape)
        close(values(found), numbersIn(value))
        // of |x| at 0 jax has the slope 1, and this library 0
        const kink = (y: number, i: number): number => (ord === 1 && numbersIn(x)[i] === 0 ? 0 : y)
        close(slope(f, tensorOf(x)), numbersIn(gradient).map(kink))
      }
    })
  })

  it('safeRootMeanSquares', () => {
    tf.tidy(() => {
      expect(oracle.safeRootMeanSquares).toHaveLength(15)
      for (const { x, minRms, value, gradient } of oracle.safeRootMeanSquares) {
        const f = (t: tf.Tensor) => safeRootMeanSquares(t, { minRms })
        close(values(f(tensorOf(x))), [value])
        close(slope(f, tensorOf(x)), numbersIn(gradient))
      }
    })
  })

  it('scaleGradient', () => {
    tf.tidy(() => {
      expect(oracle.scaleGradient).toHaveLength(4)
      for (const { x, scale, value, gradient } of oracle.scaleGradient) {
        const loss = (p: Tree) => treeNorm(scaleGradient(p, scale) as Tree, { squared: true })
        const found = valueAndGrad(loss)(treeOf(x) as Tree)
        close(values(found.value), [value])
        close(values(found.grads), sortedNumbers(gradient))
      }
    })
  })

  it('powerIteration', () => {
    tf.tidy(() => {
      expect(oracle.powerIteration).toHaveLength(10)
      for (const { matrix, v0, options, eigenvalue, eigenvector } of oracle.powerIteration) {
        const a = tensorOf(matrix)
        const found = powerIteration(a, { ...options, v0: tensorOf(v0) })
        expect(Math.abs(found.eigenvalue - eigenvalue)).toBeLessThan(1e-10 * Math.abs(eigenvalue))
        expect(apart(values(found.eigenvector), eigenvector)).toBeLessThan(1e-7)
        // in float32 it may never be told apart from its end
        const times = ({ v }: { readonly v: tf.Tensor }) => ({
          v: tf.reshape(tf.matMul(a, tf.reshape(v, [-1, 1])), [-1]),
        })
        const inFloat = powerIterationOf(times, { v: tensorOf(v0) }, options)
        expect(Math.abs(inFloat.eigenvalue - eigenvalue)).toBeLessThan(2e-5 * Math.abs(eigenvalue))
        expect(apart(values(inFloat.eigenvector.v), eigenvector)).toBeLessThan(2e-3)
      }
    })
  })

  it('matrixInversePthRoot', () => {
    tf.tidy(() => {
      expect(oracle.matrixInversePthRoot).toHaveLength(9)
      for (const { matrix, p, value, exact } of oracle.matrixInversePthRoot) {
        const rows = matrix.length
        const found = matrixInversePthRoot(tensorOf(matrix), { p })
        expect(off(values(found.root), numbersIn(value))).toBeLessThan(1.2e-7)
        expect(found.error).toBeLessThan(1e-12)
        const host = { rows, columns: rows, values: Float64Array.from(matrix.flat()) }
        const plain = inversePthRoot(host, { p, ridgeEpsilon: 0, numIters: 100, errorTolerance: 1e-13 })
        expect(off([...plain.root.values], numbersIn(exact))).toBeLessThan(1e-10)
      }
    })
  })

  it('nnls', () => {
    tf.tidy(() => {
      expect(oracle.nnls).toHaveLength(4)
      for (const { A, b, iters, value, scipy } of oracle.nnls) {
        close(values(nnls(tensorOf(A), tensorOf(b), { iters })), numbersIn(value), 1e-7)
        expect(apart(values(nnls(tensorOf(A), tensorOf(b), { iters: 2000 })), numbersIn(scipy))).toBeLessThan(1e-6)
      }
    })
  })

  it('multiNormal', () => {
    tf.tidy(() => {
      expect(oracle.multiNormal).toHaveLength(3)
      for (const { loc, logScale, x, logProb, gradientLoc, gradientLogScale } of oracle.multiNormal) {
        const [mean, spread, at] = [tensorOf(loc), tensorOf(logScale), tensorOf(x)]
        close(values(multiNormal(mean, spread).logProb(at)), [logProb])
        close(
          slope((m) => multiNormal(m, spread).logProb(at), mean),
          numbersIn(gradientLoc),
        )
        close(
          slope((s) => multiNormal(mean, s).logProb(at), spread),
          numbersIn(gradientLogScale),
        )
      }
    })
  })

  it('hungarianAlgorithm', () => {
    expect(oracle.hungarianAlgorithm).toHaveLength(12)
    for (const { costs, cost, count, rows, columns } of oracle.hungarianAlgorithm) {
      const found = hungarianAlgorithm(costs)
      expect(found.rows.reduce((sum, i, k) => sum + (costs[i]?.[found.columns[k] ?? -1] ?? Number.NaN), 0)).toBeCloseTo(
        cost,
        9,
      )
      expect(new Set(found.columns).size).toBe(count)
      if (rows !== undefined && columns !== undefined) {
        const pairs = new Map(rows.map((row, k) => [row, columns[k]]))
        expect(found.rows.map((row) => pairs.get(row))).toEqual(found.columns)
      }
      const tensor = tf.tensor2d(costs.map((row) => [...row]))
      expect(hungarianAlgorithm(tensor)).toEqual(found)
      tensor.dispose()
    }
  })
})
