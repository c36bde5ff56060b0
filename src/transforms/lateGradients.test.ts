import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { ema } from './ema.js'
import { scaleByAdam } from './scaleByAdam.js'
import { scaleByAdamax } from './scaleByAdamax.js'
import { trace } from './trace.js'

const params = { a: tf.zeros([1]) }
const five = { a: tf.fill([1], 5) }
const first = ([u]: readonly [{ readonly a: tf.Tensor | null }, unknown]) => u.a?.dataSync()[0]

test.each([1, 999])('a first gradient after %i steps: the count went on, the moments rested', (count) => {
  const state = { count, mu: params, nu: params }
  const share = 0.1 / (1 - 0.9 ** (count + 1))
  expect(first(scaleByAdamax().update(five, state, params))).toBeCloseTo(share, 5)
  expect(first(scaleByAdam().update(five, state, params))).toBeCloseTo(count === 1 ? 0.744 : 2.515, 3)
  expect(first(ema({ decay: 0.9 }).update(five, { count, ema: params }, params))).toBeCloseTo(5 * share, 5)
})

test('without a gradient a leaf rests: its slots are the same tensors, counts go on', () => {
  const none = { a: null } as never
  const [u, next] = ema({ decay: 0.9 }).update(none, { count: 3, ema: five }, params)
  expect([u.a, next.count]).toEqual([null, 4])
  expect(next.ema.a).toBe(five.a)
  expect(trace({ decay: 0.9 }).update(none, { trace: five }, params)[1].trace.a).toBe(five.a)
  expect(scaleByAdamax({ eps: 0 }).update(params, scaleByAdamax().init(params), params)[0].a?.dataSync()[0]).toBeNaN()
})
