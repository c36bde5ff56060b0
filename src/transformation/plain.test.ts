import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { numbersFrom } from '../../laws/Numbers.js'
import { chain } from '../combinators/chain.js'
import { arrayLeaf } from '../equation/reference.js'
import { scale } from '../transforms/scale.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { applyUpdates } from './applyUpdates.js'
import { plain } from './plain.js'
import { reference } from './reference.js'
import { step } from './step.js'
import type { StateLambda } from './Transformation.js'
import type { Stateless } from './types.js'

interface LastState<P> {
  readonly last: P
  readonly seen: number
}
interface Last extends StateLambda {
  readonly State: LastState<this['Params']>
}

/** Keeps the last updates and gives back the ones before: nothing that an equation could not do, written by hand. */
const delayed = plain<Last>({
  name: 'delayed',
  init: (params) => ({ last: mapTree((leaf) => tf.zerosLike(leaf))(params), seen: 0 }),
  update: (updates, { last, seen }) => [
    mapTree((leaf) => tf.clone(leaf))(last),
    { last: mapTree((leaf) => tf.clone(leaf))(updates), seen: seen + 1 },
  ],
})

const params = () => ({ w: tf.tensor1d([1, 2]), b: tf.scalar(3) })

describe('plain', () => {
  test('stands in a chain between equations, as an equation would', () => {
    const before = tf.memory().numTensors
    const tx = chain(scale({ stepSize: 2 }), delayed, trace({ decay: 0.5 }))
    const seen: unknown[] = []
    const first = params()
    let now = { params: first, state: tx.init(first) }
    for (const x of [1, 2, 3]) {
      const grads = { w: tf.tensor1d([x, 0]), b: tf.scalar(-x) }
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept([now, grads], next)
      now = next
      seen.push(numbersFrom(now.params))
    }
    // A trace of 0, 2, 4 is 0, 2, 5.
    expect(seen).toEqual(
      [
        [1, 3],
        [3, 1],
        [8, -4],
      ].map(([w, b]) => ({ w: { shape: [2], values: [w, 2] }, b: { shape: [], values: [b] } })),
    )
    expect(now.state[1].seen).toBe(3)
    expect(numbersFrom(now.state[1].last)).toEqual({
      w: { shape: [2], values: [6, 0] },
      b: { shape: [], values: [-6] },
    })
    disposeExcept(now, null)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('its state holds only what a file keeps: refused where it is made, with nothing left behind', () => {
    interface Whatever extends StateLambda {
      readonly State: unknown
    }
    const params = { w: tf.tensor1d([1, 2]) }
    const before = tf.memory().numTensors
    for (const [found, value] of [
      ['the boolean true', true],
      ['the string "on"', 'on'],
      ['an object of class Map with the keys (none)', new Map()],
      ['an object of class Float32Array with the keys "0"', new Float32Array(1)],
      ['a function', () => 1],
    ] as const) {
      const message =
        `the state of odd: at deep/0/it, expected a number, a tensor, null, a record or an array, found ${found}. ` +
        'Only these are saved and restored: a condition is 0 or 1.'
      const state = (it: unknown) => ({ sum: tf.scalar(1), deep: [{ it }] })
      const odd = plain<Whatever>({ name: 'odd', init: () => state(value), update: (updates, old) => [updates, old] })
      expect(() => odd.init(params)).toThrow(new TypeError(message))
      const later = plain<Whatever>({ name: 'odd', init: () => state(0), update: (updates) => [updates, state(value)] })
      const start = later.init(params)
      expect(() => step(later)(params, start, params)).toThrow(new TypeError(message))
      disposeExcept(start, [])
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  test('what its update returns must be a pair', () => {
    const p = params()
    for (const [found, returned, way] of [
      [
        '{ updates: { w: a Tensor, b: a Tensor }, state: {} }',
        (updates: unknown, state: unknown) => ({ updates, state }),
        'Return both, as a new array.',
      ],
      ['undefined', () => undefined, 'Return both, as a new array.'],
      ['[]', () => [], 'Return both, as a new array.'],
      [
        'a Promise',
        async (updates: unknown, state: unknown) => [updates, state],
        'It is needed at once: pass a function that is not async.',
      ],
    ] as const) {
      // wrong on purpose
      const odd = plain<Stateless>({ name: 'odd', init: () => ({}), update: returned as never })
      expect(() => step(odd)(p, odd.init(p), p)).toThrow(
        new TypeError(`odd: what update returns must be a pair [updates, state], found ${found}. ${way}`),
      )
    }
    disposeExcept(p, [])
  })

  test('its updates must be like the parameters', () => {
    tf.tidy(() => {
      const wide = plain<Stateless>({
        name: 'wide',
        init: () => ({}),
        update: (updates, state) => [mapTree((leaf) => tf.reshape(leaf, [leaf.size, 1]))(updates), state],
      })
      const p = params()
      expect(() => wide.update(params(), wide.init(p), p)).toThrow(TreeMismatch)
      expect(() => wide.update(params(), wide.init(p), p)).toThrow(
        'the updates of wide: at w, expected a tensor of shape [2] and dtype float32 (or null), found a tensor of shape [2, 1]',
      )
    })
  })
})

describe('applyUpdates', () => {
  test('adds; without an update a parameter is the same tensor', () => {
    tf.tidy(() => {
      const p = params()
      const next = applyUpdates(p, { w: tf.tensor1d([10, 20]), b: null })
      expect(numbersFrom(next)).toEqual({ w: { shape: [2], values: [11, 22] }, b: { shape: [], values: [3] } })
      expect(next.b).toBe(p.b)
    })
  })

  test('broadcasts nothing', () => {
    tf.tidy(() => {
      const p = params()
      expect(() => applyUpdates(p, { w: tf.scalar(1), b: null })).toThrow(
        'updates: at w, expected a tensor of shape [2]',
      )
      expect(() => applyUpdates(p, { w: tf.tensor2d([[1], [2]]), b: null })).toThrow(TreeMismatch)
      expect(() => applyUpdates(p, mapTree((leaf) => tf.sum(leaf))(p))).toThrow(TreeMismatch)
    })
  })
})

describe('reference', () => {
  const exact = { w: arrayLeaf([1, 2], [2]) }

  test('float32 is rounded after each operation, float64 is not', () => {
    const tx = scale({ stepSize: 0.1 })
    const result = (precision: 'float64' | 'float32') => {
      const { init, step: stepped, update } = reference(tx, precision)
      const g = { w: arrayLeaf([3, Math.fround(0.7)], [2]) }
      return [update(g, init(exact), exact)[0], stepped(g, init(exact), exact).params].map((tree) => [
        ...(tree as typeof exact).w.values,
      ]) // the parameters' structure
    }
    expect(result('float64')).toEqual([
      [0.1 * 3, 0.1 * Math.fround(0.7)],
      [1 + 0.1 * 3, 2 + 0.1 * Math.fround(0.7)],
    ])
    const f = Math.fround
    expect(result('float32')).toEqual([
      [f(f(0.1) * 3), f(f(0.1) * f(0.7))],
      [f(1 + f(f(0.1) * 3)), f(2 + f(f(0.1) * f(0.7)))],
    ])
  })

  test('the sum is rounded too where nothing else is done', () => {
    const { step: stepped, init } = reference(chain(), 'float32')
    const next = stepped({ w: arrayLeaf([2 ** -30, 1], [2]) }, init(exact), exact)
    expect([...(next.params as typeof exact).w.values]).toEqual([1, 3]) // the parameters' structure
  })
})
