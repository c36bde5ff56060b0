import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { copied, filled, perLeaf, perTree, zeros } from '../equation/Slot.js'
import { numbersFrom } from '../../laws/Numbers.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'

const newParams = () => ({ w: tf.tensor1d([1, -2]), b: [tf.scalar(3), null] as const })

const everything = equation({
  name: 'everything',
  slots: { mu: zeros, acc: filled(0.5), start: copied, norm: perLeaf(2), total: perTree(-1) },
  host: { init: { count: 0, best: Infinity }, next: (h) => h },
})(() => (x) => x)

test('slots start as they say: like the parameter, one number for each leaf, one for the tree', () => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    expect(numbersFrom(everything.init(newParams()))).toEqual({
      mu: { w: { shape: [2], values: [0, 0] }, b: [{ shape: [], values: [0] }, null] },
      acc: { w: { shape: [2], values: [0.5, 0.5] }, b: [{ shape: [], values: [0.5] }, null] },
      start: { w: { shape: [2], values: [1, -2] }, b: [{ shape: [], values: [3] }, null] },
      norm: { w: { shape: [], values: [2] }, b: [{ shape: [], values: [2] }, null] },
      total: { shape: [], values: [-1] },
      count: 0,
      best: Infinity,
    })
  })
  expect(tf.memory().numTensors).toBe(before)
})

test('no tensor of a state is one of the parameters, or stands in it twice: each can be disposed alone', () => {
  const before = tf.memory().numTensors
  const optimizer = withMovingAverage({ decay: 0.5 })(chain(everything, everything))
  const params = newParams()
  const state = optimizer.init(params)
  expect(tensorsOf([params, state]).length).toBe(2 + 2 + 2 * (4 * 2 + 1))
  expect(tf.memory().numTensors - before).toBe(tensorsOf([params, state]).length)
  disposeExcept(params, null)
  expect(numbersFrom(state.average)).toEqual({
    w: { shape: [2], values: [1, -2] },
    b: [{ shape: [], values: [3] }, null],
  })
  disposeExcept(state, null)
  expect(tf.memory().numTensors).toBe(before)
})

test('what a mask hides is null, and costs nothing', () => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const made = tf.memory().numTensors
    const tx = masked({ mask: { w: false, b: true } })(
      chain(trace({ decay: 0.5 }), masked({ mask: false })(everything)),
    )
    const params = newParams()
    const state = tx.init(params)
    expect(state[0].trace.w).toBe(null)
    expect(state[0].trace.b[0]).toBeInstanceOf(tf.Tensor)
    expect(tensorsOf(state[1])).toEqual([state[1].total])
    expect(tf.memory().numTensors - made).toBe(2 + 1 + 1)
  })
  expect(tf.memory().numTensors).toBe(before)
})

test('a slot like a parameter has its dtype, so an integer that is not trained may lie among the parameters', () => {
  tf.tidy(() => {
    const params = { w: tf.scalar(1), id: tf.scalar(7, 'int32') }
    const state = everything.init(params)
    expect([state.mu.id.dtype, state.start.id.dtype, state.norm.id.dtype]).toEqual(['int32', 'int32', 'float32'])
    const [updates, next] = trace({ decay: 0.5 }).update(
      { w: tf.scalar(2), id: null },
      trace({ decay: 0.5 }).init(params),
      params,
    )
    expect(numbersFrom(updates)).toEqual({ w: { shape: [], values: [2] }, id: null })
    expect(next.trace.id.dtype).toBe('int32')
  })
})

test('containers are frozen; what is no equation makes its own from the leaves that it sees', () => {
  interface Own extends StateLambda {
    readonly State: { readonly seen: Tree }
  }
  const own = plain<Own>({
    name: 'own',
    init: (params) => ({ seen: mapTree((leaf) => tf.neg(leaf))(params) }),
    update: (u, s) => [u, s],
  })
  tf.tidy(() => {
    const state = chain(everything, masked({ mask: { w: true, b: false } })(own)).init(newParams())
    expect(numbersFrom(state[1].seen)).toEqual({ w: { shape: [2], values: [-1, 2] }, b: [null, null] })
    for (const part of [state, state[0], state[0].mu, state[0].mu.b]) expect(Object.isFrozen(part)).toBe(true)
  })
})
