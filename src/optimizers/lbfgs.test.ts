import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { chain } from '../combinators/chain.js'
import { step } from '../transformation/step.js'
import { scaleByBacktrackingLinesearch } from '../transforms/scaleByBacktrackingLinesearch.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { lbfgs, sgd } from './index.js'

type Plane = { readonly y: tf.Tensor; readonly x: tf.Tensor }

/** Rosenbrock's valley. Its keys are not in the order of their names, which must not matter. */
const valueFn = ({ x, y }: Plane): tf.Scalar =>
  tf.tidy(() => tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x))))))

const numbers = ({ x, y }: Plane): readonly number[] => [x.dataSync()[0] ?? Number.NaN, y.dataSync()[0] ?? Number.NaN]

const lossAt = (params: Plane): number => {
  const [x = 0, y = 0] = numbers(params)
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2
}

const gradAt = (params: Plane): Plane => {
  const [x = 0, y = 0] = numbers(params)
  return { y: tf.scalar(200 * (y - x * x)), x: tf.scalar(-2 * (1 - x) - 400 * x * (y - x * x)) }
}

beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

const origin = (): Plane => ({ y: tf.scalar(0), x: tf.scalar(0) })

const expectNear = (found: readonly number[], wanted: readonly number[], tolerance: number): void => {
  wanted.forEach((w, i) => {
    expect(Math.abs((found[i] ?? Number.NaN) - w)).toBeLessThan(tolerance)
  })
}

describe('lbfgs', () => {
  // What optax gives in float64, from the origin with its defaults.
  const path = [
    [0.178211708, 0],
    [0.252257125, 0.047952223],
    [0.332870222, 0.084947754],
    [0.495980877, 0.236504936],
    [0.567487814, 0.307750858],
    [0.765954822, 0.583788638],
  ]
  const searches = [4, 1, 2, 1, 1, 1]
  const rates = [0.178211708, 1, 0.527564823, 1, 1, 1]

  test('walks as optax does, and arrives', () => {
    const tx = lbfgs()
    const params = origin()
    let now = { params, state: tx.init(params) }
    for (const [i, wanted] of path.entries()) {
      now = step(tx)(gradAt(now.params), now.state, now.params, {
        value: lossAt(now.params),
        grad: gradAt(now.params),
        valueFn,
      })
      // Rounding to float32 grows along a path: these are a thousandth of the steps.
      expectNear(numbers(now.params), wanted, 1e-4)
      expect(now.state[2].info.numLinesearchSteps).toBe(searches[i])
      expectNear([now.state[2].learningRate], [rates[i] ?? 0], 1e-4)
      expectNear([now.state[2].value], [lossAt(now.params)], 1e-5)
      expectNear(numbers(now.state[2].grad as Plane), numbers(gradAt(now.params)), 1e-3)
    }
    const rest = backendName === 'cpu' || whole ? 34 : 0
    for (let i = 0; i < rest; i++)
      now = step(tx)(gradAt(now.params), now.state, now.params, {
        value: lossAt(now.params),
        grad: gradAt(now.params),
        valueFn,
      })
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
    const next = step(tx)(gradAt(params), tx.init(params), params, {
      value: 1,
      grad: gradAt(params),
      valueFn: () => tf.scalar(Number.NaN),
    })
    expect(numbers(next.params)).toEqual([0, 0])
    expect(next.state[2].learningRate).toBe(0)
    expect(numbers(next.state[2].grad as Plane)).toEqual(numbers(gradAt(params)))
  })
})

describe('backtracking', () => {
  // As above.
  const path = [
    [0.214748365, 0],
    [0.197812271, 0.065334214],
    [0.229074575, 0.02078517],
    [0.217961151, 0.072504815],
  ]
  const trials = [11, 15, 2, 3]

  test('walks as optax does', () => {
    const tx = chain(sgd({ learningRate: 1 }), scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 }))
    const params = origin()
    let now = { params, state: tx.init(params) }
    for (const [i, wanted] of path.entries()) {
      now = step(tx)(gradAt(now.params), now.state, now.params, {
        value: lossAt(now.params),
        grad: gradAt(now.params),
        valueFn,
      })
      expectNear(numbers(now.params), wanted, 1e-4)
      expect(now.state[1].info.numLinesearchSteps).toBe(trials[i])
    }
  })
})

describe('backtracking by its options, as optax in float64', () => {
  const bumpy = ({ x }: { readonly x: tf.Tensor }): tf.Scalar =>
    tf.tidy(() => {
      const square = tf.square(x)
      return tf.add(tf.sub(tf.square(square), tf.mul(2, square)), tf.mul(0.3, x))
    })
  const slope = (x: number): number => 4 * x ** 3 - 4 * x + 0.3

  test.each<
    readonly [
      options: object,
      steps: readonly (readonly [x: number, rate: number, value: number, trials: number, error: number])[],
    ]
  >([
    [{ maxBacktrackingSteps: 3 }, [[-10.4416, 0.512, 11665.702530530365, 4, 11657.132763618365]]],
    [{ maxBacktrackingSteps: 0 }, [[-22.3, 1, 246296.0741, 1, 246287.533149]]],
    [
      { maxBacktrackingSteps: 20, slopeRtol: 0.9 },
      [
        [1.719840074380536, 0.011529215046068483, 3.3491281805893283, 21, 0.8762257538870095],
        [1.6418147472899383, 0.005666839779443582, 2.3674534353294012, 6, 0],
      ],
    ],
    [
      { maxBacktrackingSteps: 20, slopeRtol: 0.9, rtol: 0.5 },
      [
        [1.4528126452744843, 0.022517998136852502, 0.669419607890105, 18, 0],
        [1.2246709774753946, 0.033776997205278755, -0.3827796709269549, 1, 0],
      ],
    ],
    [
      { maxBacktrackingSteps: 20, decreaseFactor: 0.5, increaseFactor: 3, maxLearningRate: 0.7 },
      [
        [-0.12625, 0.0875, -0.06949907128662103, 4, 0],
        [-0.3354495780273432, 0.2625, -0.313025517142951, 1, 0],
      ],
    ],
    [
      { maxBacktrackingSteps: 20, atol: 2 },
      [
        [-2.0768634880000025, 0.16777216, 9.355308350646409, 9, 0.7652151289222491],
        [1.4311285933208904, 0.12884901888, 0.5279130847511707, 4, 0],
      ],
    ],
  ])('%j', (options, steps) => {
    const tx = scaleByBacktrackingLinesearch(options as { readonly maxBacktrackingSteps: number })
    const params: { readonly x: tf.Tensor } = { x: tf.scalar(2) }
    let now = { params, state: tx.init(params) }
    expect(now.state).toEqual({
      learningRate: 1,
      value: Infinity,
      info: { numLinesearchSteps: 0, decreaseError: Infinity },
    })
    for (const [x, rate, value, trials, error] of steps) {
      const at = now.params.x.dataSync()[0] ?? Number.NaN
      now = step(tx)({ x: tf.scalar(-slope(at)) }, now.state, now.params, {
        value: bumpy(now.params).dataSync()[0] ?? Number.NaN,
        grad: { x: tf.scalar(slope(at)) },
        valueFn: bumpy,
      })
      const { learningRate, value: found, info } = now.state
      expect(info.numLinesearchSteps).toBe(trials)
      for (const [mine, theirs] of [
        [now.params.x.dataSync()[0], x],
        [learningRate, rate],
        [found, value],
        [info.decreaseError, error],
      ] as const)
        expect(Math.abs((mine ?? Number.NaN) - theirs) / Math.max(1, Math.abs(theirs))).toBeLessThan(2e-5)
    }
  })

  test('where every trial is NaN nothing moves', () => {
    const params = { x: tf.scalar(2) }
    const tx = scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 2 })
    const next = step(tx)({ x: tf.scalar(1) }, tx.init(params), params, {
      value: 1,
      grad: { x: tf.scalar(1) },
      valueFn: () => tf.scalar(Number.NaN),
    })
    expect(next.params.x.dataSync()[0]).toBe(2)
    expect(next.state.learningRate).toBe(0)
  })
})

test('lbfgs: keys may stand in another order at each step', () => {
  const tx = lbfgs({ linesearch: 'none', learningRate: 0.1 })
  const turned = <A, B>({ a, b }: { readonly a: A; readonly b: B }) => ({ b, a })
  const [params, g, h] = [
    { a: tf.tensor1d([1, 2]), b: tf.scalar(3) },
    { a: tf.tensor1d([0.5, -1]), b: tf.scalar(2) },
    { a: tf.tensor1d([0.25, 1]), b: tf.scalar(-1) },
  ]
  const first = step(tx)(g, tx.init(params), params)
  const second = step(tx)(h, first.state, first.params)
  const other = step(tx)(turned(h), first.state, turned(first.params))
  for (const key of ['a', 'b'] as const)
    expect([...other.params[key].dataSync()]).toEqual([...second.params[key].dataSync()])
})
