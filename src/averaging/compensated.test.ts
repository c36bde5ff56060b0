import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { withMovingAverage } from './withMovingAverage.js'

const momentum = sgd({ learningRate: 0.1, momentum: 0.9 })
const steps = 1000

const plain = F.pipe(momentum, withMovingAverage({ decay: 0.999 }))
const compensated = F.pipe(momentum, withMovingAverage({ decay: 0.999, precision: 'compensated' }))

const gap = 2e-5
const start = Math.fround(1 - gap)

/** What 1000 steps make of an average that starts near parameters which stand at 1, and how many tensors each step
 *  leaves. */
const settled = <S extends { readonly average: { readonly w: tf.Tensor1D } }>(
  init: (params: { readonly w: tf.Tensor1D }) => S,
  advance: (
    grads: { readonly w: tf.Tensor1D },
    state: S,
    params: { readonly w: tf.Tensor1D },
  ) => { readonly params: { readonly w: tf.Tensor1D }; readonly state: S },
) => {
  const near = { w: tf.tensor1d([start, start, start]) }
  const grads = { w: tf.tensor1d([0, 0, 0]) }
  let now = { params: { w: tf.tensor1d([1, 1, 1]) } as { readonly w: tf.Tensor1D }, state: init(near) }
  near.w.dispose()
  const counts = new Set<number>()
  for (let i = 0; i < steps; i++) {
    const next = advance(grads, now.state, now.params)
    disposeExcept(now, next)
    now = next
    counts.add(tf.memory().numTensors)
  }
  const found = [...now.state.average.w.dataSync()]
  disposeExcept([now, grads], [])
  return { found, counts: [...counts] }
}

test('a plain average near a constant does not move at all; every step leaves its result and nothing else', () => {
  const before = tf.memory().numTensors
  const { found, counts } = settled(
    (params) => plain.init(params),
    (...given) => step(plain)(...given),
  )
  expect(found).toEqual([start, start, start])
  expect(counts).toEqual([before + 4])
  expect(tf.memory().numTensors).toBe(before)
})

test('a compensated one goes where it should, to the last bit', () => {
  const before = tf.memory().numTensors
  const { found, counts } = settled(
    (params) => compensated.init(params),
    (...given) => step(compensated)(...given),
  )
  const wanted = 1 - (1 - start) * 0.999 ** steps
  for (const x of found) expect(Math.abs(x - wanted)).toBeLessThan(2 ** -24)
  expect(counts).toEqual([before + 5])
  expect(tf.memory().numTensors).toBe(before)
})
