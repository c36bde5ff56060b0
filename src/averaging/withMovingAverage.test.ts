import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { averaged } from './averaged.js'
import { swapped } from './swapped.js'
import { withMovingAverage, type MovingAverageOptions } from './withMovingAverage.js'

const run = (options: MovingAverageOptions, steps: number): readonly (readonly [number, number])[] =>
  tf.tidy(() => {
    const optimizer = F.pipe(sgd({ learningRate: 2 }), withMovingAverage(options))
    const params = { x: tf.scalar(1) }
    let now: { readonly params: typeof params; readonly state: ReturnType<typeof optimizer.init<typeof params>> } = {
      params,
      state: optimizer.init(params),
    }
    return Array.from({ length: steps }, () => {
      now = step(optimizer)({ x: tf.scalar(0.1) }, now.state, now.params)
      return [now.params.x.dataSync()[0] ?? 0, averaged(now.state).x.dataSync()[0] ?? 0] as const
    })
  })

const rounded = (pairs: readonly (readonly [number, number])[]) =>
  pairs.map((pair) => pair.map((x) => Math.round(x * 1e5) / 1e5))

test('the numbers of the original, sequential and concurrent', () => {
  expect(rounded(run({ decay: 0.5 }, 4))).toEqual([
    [0.8, 0.9],
    [0.6, 0.75],
    [0.4, 0.575],
    [0.2, 0.3875],
  ])
  expect(rounded(run({ decay: 0.5, order: 'concurrent' }, 4))).toEqual([
    [0.8, 1],
    [0.6, 0.9],
    [0.4, 0.75],
    [0.2, 0.575],
  ])
})

test('the state is typed, swapping is an involution on the same tensors, and a step leaves its result only', () => {
  const before = tf.memory().numTensors
  const optimizer = F.pipe(sgd({ learningRate: 2, momentum: 0.9 }), withMovingAverage({ decay: 0.5 }))
  const params = { dense: { kernel: tf.tensor1d([1, 2]) } }
  const start = { params, state: optimizer.init(params) }
  const grads = { dense: { kernel: tf.tensor1d([0.1, 0.1]) } }
  const next = step(optimizer)(grads, start.state, start.params)
  expect(tf.memory().numTensors - before).toBe(2 + 2 + 3)
  expect(next.state.count).toBe(1)
  expect(next.state.inner[0].trace.dense.kernel.shape).toEqual([2])
  const there = swapped(next)
  expect(there.params.dense.kernel).toBe(next.state.average.dense.kernel)
  expect(swapped(there).params.dense.kernel).toBe(next.params.dense.kernel)
  disposeExcept([start, grads, next], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('bad options name option, value and range', () => {
  expect(() => withMovingAverage({ decay: 1.2 })).toThrow(
    /withMovingAverage: decay must be a number in \[0, 1\].*found 1\.2/,
  )
  expect(() => withMovingAverage({ decay: Number.NaN })).toThrow(/decay/)
  // @ts-expect-error [ts2353] there is no such option
  expect(() => withMovingAverage({ decays: 0.5 })).toThrow(/Did you mean decay/)
  expect(() => F.pipe(sgd({ learningRate: 1 }), withMovingAverage({}), withMovingAverage({}))).toThrow(
    /named "ExponentialMovingAverage"/,
  )
})
