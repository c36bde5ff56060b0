import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { disposeExcept } from '../tree/disposeExcept.js'
import { gaussNewtonBartlett } from './gaussNewtonBartlett.js'
import { hutchinsonDiagHessian } from './hutchinsonDiagHessian.js'

interface Two {
  readonly w: tf.Tensor
  readonly b: tf.Tensor
}

const start = (): Two => ({ w: tf.tensor1d([0.5, -1, 2]), b: tf.scalar(0.25) })

/** ½ Σ aᵢ·wᵢ² + 2b²: a diagonal Hessian. */
const slope = ({ w, b }: Two): Two => ({ w: tf.tidy(() => tf.mul(w, tf.tensor1d([1, 2, 3]))), b: tf.mul(b, 4) })

const numbersOf = (tree: unknown): readonly number[] =>
  Object.values(tree as Two).flatMap((x: tf.Tensor) => [...x.dataSync()])

test('hutchinsonDiagHessian is exact for a diagonal Hessian, whatever the signs, and leaves nothing behind', () => {
  const params = start()
  const estimate = hutchinsonDiagHessian({ gradFn: slope, epsilon: 0.125 })
  for (const key of [0, 1, 7]) {
    const before = tf.memory().numTensors
    const found = estimate(params, key)
    expect(tf.memory().numTensors).toBe(before + 2)
    numbersOf(found).forEach((x, i) => expect(x).toBeCloseTo([1, 2, 3, 4][i] ?? Number.NaN, 4))
    disposeExcept(found, params)
  }
  disposeExcept(params, [])
})

test('hutchinsonDiagHessian: the mean over keys is the diagonal where the Hessian is none', () => {
  const params = { w: tf.tensor1d([0.5, -1]) }
  // ½ wᵀHw with H = [[2, 1], [1, 3]]
  const gradFn = ({ w }: { readonly w: tf.Tensor }) => ({
    w: tf.tidy(() => tf.reshape(tf.matMul(tf.tensor2d([2, 1, 1, 3], [2, 2]), tf.reshape(w, [2, 1])), [2])),
  })
  const estimate = hutchinsonDiagHessian({ gradFn, epsilon: 0.125 })
  const keys = Array.from({ length: 64 }, (_, key) => key)
  const found = keys.map((key) => {
    const one = estimate(params, key)
    const numbers = numbersOf(one)
    disposeExcept(one, params)
    return numbers
  })
  // each is the diagonal ± 1, by whether the two signs agree
  for (const [x = 0, y = 0] of found) {
    expect(Math.abs(x - 2)).toBeCloseTo(1, 3)
    expect(x - 2).toBeCloseTo(y - 3, 3)
  }
  const mean = found.reduce((sum, [x = 0]) => sum + x, 0) / found.length
  expect(Math.abs(mean - 2)).toBeLessThan(0.5)
  expect(new Set(found.map(([x = 0]) => Math.round(x))).size).toBe(2)
  disposeExcept(params, [])
})

test('gaussNewtonBartlett: batchSize·ĝ², never negative, and its mean over labels is the Gauss–Newton diagonal', () => {
  // logistic regression of one example x = 2: the gradient with a drawn label is (s − y)·x, its square's mean s(1 − s)·x²
  const params = { w: tf.tensor1d([0.3]) }
  const [x, s] = [2, 1 / (1 + Math.exp(-0.6))]
  const at = (label: number): number => {
    const estimate = gaussNewtonBartlett({
      gradFn: (given: { readonly w: tf.Tensor }, key: number) => ({
        w: tf.tidy(() => tf.mul(tf.sub(tf.sigmoid(tf.mul(given.w, x)), key), x)),
      }),
      batchSize: 1,
    })
    const before = tf.memory().numTensors
    const found = estimate(params, label)
    expect(tf.memory().numTensors).toBe(before + 1)
    const [number = Number.NaN] = numbersOf(found)
    disposeExcept(found, params)
    return number
  }
  const [zero, one] = [at(0), at(1)]
  expect(Math.min(zero, one)).toBeGreaterThanOrEqual(0)
  expect((1 - s) * zero + s * one).toBeCloseTo(s * (1 - s) * x * x, 5)
  disposeExcept(params, [])
})
