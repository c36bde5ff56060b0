import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName } from '../../laws/backend.js'
import { chain } from '../combinators/chain.js'
import { step } from '../transformation/step.js'
import { scaleByBacktrackingLinesearch } from '../transforms/scaleByBacktrackingLinesearch.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { lbfgs, sgd } from './index.js'

type Plane = { readonly y: tf.Tensor; readonly x: tf.Tensor }

/** Rosenbrock's valley. Its keys are not in the order of their names, which must not matter. */
const valueFn = ({ x, y }: Plane): tf.Scalar => tf.tidy(() =>
  tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x))))))

const numbers = ({ x, y }: Plane): readonly number[] => [x.dataSync()[0] ?? Number.NaN, y.dataSync()[0] ?? Number.NaN]

const lossAt = (params: Plane): number => {
  const [x = 0, y = 0] = numbers(params)
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2
}

const gradAt = (params: Plane): Plane => {
  const [x = 0, y = 0] = numbers(params)
  return { y: tf.scalar(200 * (y - x * x)), x: tf.scalar(-2 * (1 - x) - 400 * x * (y - x * x)) }
}

beforeEach(() => { tf.engine().startScope() })
afterEach(() => { tf.engine().endScope() })

const origin = (): Plane => ({ y: tf.scalar(0), x: tf.scalar(0) })

const expectNear = (found: readonly number[], wanted: readonly number[], tolerance: number): void => {
  wanted.forEach((w, i) => { expect(Math.abs((found[i] ?? Number.NaN) - w)).toBeLessThan(tolerance) })
}

describe('lbfgs', () => {
  // What optax gives in float64, from the origin with its defaults.
  const path = [[0.178211708, 0], [0.252257125, 0.047952223], [0.332870222, 0.084947754], [0.495980877, 0.236504936], [0.567487814, 0.307750858], [0.765954822, 0.583788638]]
  const searches = [4, 1, 2, 1, 1, 1]
  const rates = [0.178211708, 1, 0.527564823, 1, 1, 1]

  test('walks as optax does, and arrives', () => {
    const tx = lbfgs()
    const params = origin()
    let now = { params, state: tx.init(params) }
    for (const [i, wanted] of path.entries()) {
      now = step(tx)(gradAt(now.params), now.state, now.params, { value: lossAt(now.params), grad: gradAt(now.params), valueFn })
      // Rounding to float32 grows along a path: these are a thousandth of the steps.
      expectNear(numbers(now.params), wanted, 1e-4)
      expect(now.state[2].info.numLinesearchSteps).toBe(searches[i])
      expectNear([now.state[2].learningRate], [rates[i] ?? 0], 1e-4)
      expectNear([now.state[2].value], [lossAt(now.params)], 1e-5)
      expectNear(numbers(now.state[2].grad as Plane), numbers(gradAt(now.params)), 1e-3)
    }
    const rest = backendName === 'webgl' ? 0 : 34
    for (let i = 0; i < rest; i++)
      now = step(tx)(gradAt(now.params), now.state, now.params, { value: lossAt(now.params), grad: gradAt(now.params), valueFn })
    if (rest > 0) expectNear(numbers(now.params), [1, 1], 1e-3)
  })

  test('comes down a quadratic without a search', () => {
    const slopes = [1, 3, 0.5]
    const tx = lbfgs({ linesearch: 'none' })
    const params = { a: tf.tensor1d([1, -2, 3]) }
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 12; i++) now = step(tx)({ a: tf.mul(now.params.a, tf.tensor1d(slopes)) }, now.state, now.params)
    expectNear([...now.params.a.dataSync()], [0, 0, 0], 1e-3)
  })

  test('leaves nothing behind, and shares nothing with its inputs', () => {
    const tx = lbfgs({ memorySize: 2 })
    const [params, grads] = [origin(), gradAt(origin())]
    const state = tx.init(params)
    const extra = { value: 1, grad: grads, valueFn }
    const before = tf.memory().numTensors
    const next = step(tx)(grads, state, params, extra)
    const known = new Set(tensorsOf([params, grads, state]))
    const fresh = tensorsOf(next).filter((x) => !known.has(x))
    expect(tf.memory().numTensors - before).toBe(fresh.length)
    const inputs = new Set(tensorsOf([params, grads]))
    expect(tensorsOf(next).some((x) => inputs.has(x))).toBe(false)
  })

  test('stands still where every step is infinite', () => {
    const tx = lbfgs()
    const params = origin()
    const next = step(tx)(gradAt(params), tx.init(params), params, { value: 1, grad: gradAt(params), valueFn: () => tf.scalar(Number.NaN) })
    expect(numbers(next.params)).toEqual([0, 0])
    expect(next.state[2].learningRate).toBe(0)
    expect(numbers(next.state[2].grad as Plane)).toEqual(numbers(gradAt(params)))
  })
})

describe('backtracking', () => {
  // As above.
  const path = [[0.214748365, 0], [0.197812271, 0.065334214], [0.229074575, 0.02078517], [0.217961151, 0.072504815]]
  const trials = [11, 15, 2, 3]

  test('walks as optax does', () => {
    const tx = chain(sgd({ learningRate: 1 }), scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 }))
    const params = origin()
    let now = { params, state: tx.init(params) }
    for (const [i, wanted] of path.entries()) {
      now = step(tx)(gradAt(now.params), now.state, now.params, { value: lossAt(now.params), grad: gradAt(now.params), valueFn })
      expectNear(numbers(now.params), wanted, 1e-4)
      expect(now.state[1].info.numLinesearchSteps).toBe(trials[i])
    }
  })
})
