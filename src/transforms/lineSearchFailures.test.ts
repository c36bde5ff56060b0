import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lbfgs } from '../optimizers/lbfgs.js'
import { step } from '../transformation/step.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { LineSearch } from './lineSearch.js'
import { type Backtracking, scaleByBacktrackingLinesearch } from './scaleByBacktrackingLinesearch.js'
import { scaleByZoomLinesearch } from './scaleByZoomLinesearch.js'

beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

type One = { readonly x: tf.Tensor }

const one = (x: number): One => ({ x: tf.scalar(x) })
const parabola = ({ x }: One): tf.Scalar => tf.sum(tf.square(x))
const always =
  (value: number) =>
  (_one: One): tf.Scalar =>
    tf.scalar(value)
const read = ({ x }: { readonly x: tf.Tensor | null }): number => x?.dataSync()[0] ?? Number.NaN

// The state of zoom has all that the one of backtracking has, and the gradient.
type Search = Transformation<Backtracking, LineSearch>
const searches: Readonly<Record<string, () => Search>> = {
  backtracking: () => scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 6 }),
  "zoom 'keep'": () => scaleByZoomLinesearch({ maxLinesearchSteps: 6 }) as unknown as Search,
}

describe.each(Object.entries(searches))('%s', (_name, search) => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'after a search whose every trial gives %d it begins again at the largest rate',
    (bad) => {
      const tx = search()
      const params = one(2)
      const grad = one(4)
      const failed = step(tx)(one(-1), tx.init(params), params, { value: 4, grad, valueFn: always(bad) })
      expect(failed.state.learningRate).toBe(0)
      expect(failed.state.value).toBe(4)
      expect(read(failed.params)).toBe(2)
      // Downhill by the whole length is the best step there is.
      const next = step(tx)(one(-2), failed.state, failed.params, {
        value: 4,
        grad,
        valueFn: parabola,
      })
      expect(next.state.learningRate).toBe(1)
      expect(read(next.params)).toBe(0)
      expect(next.state.info.numLinesearchSteps).toBe(1)
    },
  )

  test('updates that are not finite move nothing', () => {
    const tx = search()
    const params = { x: tf.tensor1d([2, 1]) }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const [updates] = tx.update({ x: tf.tensor1d([bad, -1]) }, tx.init(params), params, {
        value: 5,
        grad: { x: tf.tensor1d([4, 2]) },
        valueFn: ({ x }: One) => tf.sum(tf.square(x)),
      })
      expect([...(updates.x?.dataSync() ?? [])]).toEqual([0, 0])
    }
  })

  test('at a minimum it stays', () => {
    const tx = search()
    const params = one(0)
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 4; i++)
      now = step(tx)(one(-0), now.state, now.params, { value: 0, grad: one(0), valueFn: parabola })
    expect(read(now.params)).toBe(0)
  })

  test('leaves without elements, without a gradient and of integers rest', () => {
    const tx = search()
    const params = { x: tf.tensor1d([2]), none: tf.zeros([0, 2]), fixed: tf.scalar(1), steps: tf.scalar(3, 'int32') }
    const given = { x: tf.tensor1d([-2]), none: tf.zeros([0, 2]), fixed: null, steps: null }
    const grad = { x: tf.tensor1d([4]), none: tf.zeros([0, 2]), fixed: null, steps: null }
    const valueFn = ({ x, fixed }: typeof params): tf.Scalar => tf.add(tf.sum(tf.square(x)), tf.sub(fixed, 1))
    const state = tx.init(params)
    const next = step(tx)(given, state, params, { value: 4, grad, valueFn })
    expect([...next.params.x.dataSync()]).toEqual([0])
    expect(next.params.steps).toBe(params.steps)
    expect(next.params.fixed).toBe(params.fixed)
    expect(next.params.none.shape).toEqual([0, 2])
    const kept = (next.state as { readonly grad?: typeof params }).grad
    if (kept !== undefined) {
      expect([kept.steps.dtype, kept.fixed.dataSync()[0], kept.none.shape]).toEqual(['int32', 1, [0, 2]])
      const failed = step(tx)(given, state, params, { value: 4, grad, valueFn: always(Number.NaN) })
      const same = (failed.state as { readonly grad?: typeof params }).grad
      expect([same?.steps.dtype, same?.fixed.dataSync()[0]]).toEqual(['int32', 0])
    }
  })
})

test('backtracking: a rate that failed searches have brought to nothing is given up', () => {
  const tx = scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 20 })
  const params = one(2)
  let now = { params, state: tx.init(params) }
  const rates: number[] = []
  // A loss that no step changes, as beside the rounding of a large one.
  for (let i = 0; i < 40; i++) {
    now = step(tx)(one(-1), now.state, now.params, { value: 4, grad: one(4), valueFn: always(4) })
    rates.push(now.state.learningRate)
  }
  expect(Math.min(...rates)).toBeGreaterThan(2 ** -60)
  const again = step(tx)(one(-2), now.state, one(2), { value: 4, grad: one(4), valueFn: parabola })
  expect(again.state.learningRate).toBeGreaterThan(0)
})

test('lbfgs at a minimum, and on one number, stays finite', () => {
  for (const start of [0, 3]) {
    const tx = lbfgs()
    const params = one(start)
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 8; i++) {
      const x = read(now.params)
      now = step(tx)(one(2 * x), now.state, now.params, { value: x * x, grad: one(2 * x), valueFn: parabola })
    }
    expect(read(now.params)).toBeCloseTo(0, 6)
  }
})
