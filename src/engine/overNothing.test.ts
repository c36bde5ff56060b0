import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { chain } from '../combinators/chain.js'
import { lookahead } from '../combinators/lookahead.js'
import { masked } from '../combinators/masked.js'
import { mechanize } from '../combinators/mechanize.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { partition } from '../combinators/partition.js'
import { hide } from '../combinators/transformations.js'
import { arrayLeaf } from '../equation/reference.js'
import { momo } from '../optimizers/momo.js'
import { prodigy } from '../optimizers/prodigy.js'
import { sgd } from '../optimizers/sgd.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import type { LossValue } from '../transforms/scaleByPolyak.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'

type Any = Transformation<Opaque, LossValue>

const value = { value: 2 }
const learned = momo({ learningRate: 0.1, adaptLowerBound: true })
const safe = (decide: 'host' | 'device') =>
  decide === 'host'
    ? hide(applyIfFinite({ maxConsecutiveErrors: 3 })(learned))
    : hide(applyIfFinite({ maxConsecutiveErrors: 3, decide: 'device' })(learned))

/** Whatever keeps numbers of the tree, alone and in wrappers. */
const subjects: Readonly<Record<string, Any>> = {
  momo: hide(learned),
  'one of several in a chain': hide(chain(learned, prodigy({ estimLr0: 0.1 }), sgd({ learningRate: 0.5 }))),
  mechanize: hide(mechanize({ numBetas: 2 })(sgd({ learningRate: 1 }))),
  'applyIfFinite, by the host': safe('host'),
  'applyIfFinite, by the device': safe('device'),
  'under an average': hide(withMovingAverage({ decay: 0.5 })(learned)),
  'in multiSteps': hide(multiSteps({ everyKSchedule: 1 })(learned)),
  'in lookahead': hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(learned)),
  'a group': hide(
    partition({
      transforms: { own: learned, other: sgd({ learningRate: 1 }) },
      paramLabels: { w: 'own', e: 'own', b: 'other' },
    }),
  ),
}

const shown = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (_, x: unknown) => (x instanceof tf.Tensor ? [...x.dataSync()] : x)))

const params = () => ({ w: tf.tensor1d([1, -2]), b: tf.tensor1d([3]), e: tf.zeros([0]) })
const grads = { w: [0.5, -1], b: [2] }
const full = () => ({ w: tf.tensor1d(grads.w), b: tf.tensor1d(grads.b), e: tf.zeros([0]) })
const none = { w: null, b: null, e: null }

describe.each(Object.entries(subjects))('%s', (_, tx) => {
  test('a step without any gradient is one over a leaf without elements, donated or not', () => {
    const [start, g, empty] = [params(), full(), { ...none, e: tf.zeros([0]) }]
    const now = step(tx)(g, tx.init(start), start, value)
    const there = tf.memory().numTensors
    const over = step(tx)(empty, now.state, now.params, value)
    const still = step(tx)(none, now.state, now.params, value)
    const [updates, then] = tx.update(none, now.state, now.params, value)
    expect(updates).toEqual(none)
    expect(tensorsOf(still.params)).toEqual(tensorsOf(now.params))
    const wanted = shown(over.state)
    expect(shown(still.state)).toEqual(wanted)
    expect(shown(then)).toEqual(wanted)
    expect(shown(now.state)).not.toEqual(wanted)
    disposeExcept([over, still, updates, then], [now])
    expect(tf.memory().numTensors).toBe(there)
    const donated = step(tx, { donate: true })(none, now.state, now.params, value)
    expect(shown(donated.state)).toEqual(wanted)
    expect(tf.memory().numTensors).toBe(there)
    disposeExcept([donated, start, g, empty], [])
  })
})

test('sums over nothing are 0: what momo keeps of the products decays, and counts go on', () => {
  const tx = momo({ learningRate: 0.1, beta: 0.5 })
  const exact = reference(tx, 'float64')
  const start = { w: arrayLeaf([1, -2], [2]) }
  const { params: p, state } = exact.step({ w: arrayLeaf([0.5, -1], [2]) }, exact.init(start), start, value)
  const next = exact.step({ w: null }, state, p, value).state
  expect(state).toMatchObject({ count: 1, gamma: { values: Float64Array.of(2.5) } })
  expect(next).toMatchObject({ count: 2, gamma: { values: Float64Array.of(1.25) } })
})

test('a step without any gradient is finite: what was rejected before it is no reason to reject it', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 3, decide: 'device' })(sgd({ learningRate: 1, momentum: 0.5 }))
  const start = params()
  const broken = { ...full(), b: tf.tensor1d([Number.NaN]) }
  const rejected = step(tx)(broken, tx.init(start), start)
  expect(shown(rejected.state)).toMatchObject({
    notFiniteCount: [1],
    lastFinite: [0],
    totalNotFinite: [1],
    accepted: [0],
  })
  const next = step(tx)(none, rejected.state, rejected.params)
  expect(shown(next.state)).toMatchObject({ notFiniteCount: [0], lastFinite: [1], totalNotFinite: [1], accepted: [1] })
})

test('where a mask hides all leaves it is the same', () => {
  const tx = masked({ mask: { w: false, b: false, e: false } })(momo({ beta: 0.5, lowerBound: 1 }))
  const start = params()
  const state = { ...tx.init(start), gamma: tf.scalar(8) }
  const { state: next } = step(tx)(full(), state, start, value)
  const { gamma, count } = next as unknown as { readonly gamma: tf.Tensor; readonly count: number } // masks keep the form
  expect([gamma.dataSync()[0], count]).toEqual([0, 1])
  const { state: last } = step(tx)(full(), Object.assign({}, next, { gamma: tf.scalar(8) }), start, value)
  expect((last as unknown as { readonly gamma: tf.Tensor }).gamma.dataSync()[0]).toBe(4)
})
