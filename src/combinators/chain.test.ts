import * as tf from '@tensorflow/tfjs-core'
import { monoid } from 'fp-ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactTransformations } from '../../laws/arbitraries/transformations.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { numbersFrom } from '../../laws/Numbers.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { chain } from './chain.js'
import { masked } from './masked.js'
import { namedChain } from './namedChain.js'
import { hide, transformations } from './transformations.js'

const newParams = () => ({ w: tf.tensor1d([1, -2, 0.5]), b: [tf.scalar(3), null] as const })
const grads = () =>
  [0.5, -1, 2].map((x) => ({ w: tf.tensor1d([x, 1, -x]), b: [x > 0 ? tf.scalar(-x) : null, null] as const }))

/** The updates of some steps, as plain numbers; nothing else is left. */
const updatesOf = (tx: Transformation<Opaque>): unknown => {
  const before = tf.memory().numTensors
  let trail: unknown
  tf.tidy(() => {
    const params = newParams()
    let state = tx.init(params)
    trail = grads().map((g) => {
      const [updates, next] = tx.update(g, state, params)
      state = next
      return numbersFrom(updates)
    })
  })
  expect(tf.memory().numTensors).toBe(before)
  return trail
}

const numRuns = backendName === 'webgl' ? 2 : casesOf(40)

describe('the monoid of transformations, on traces of updates', () => {
  const { concat, empty } = transformations

  test('empty is the unit on both sides', () => {
    fc.assert(
      fc.property(exactTransformations, (tx) => {
        const alone = updatesOf(tx)
        expect(updatesOf(concat(empty, tx))).toEqual(alone)
        expect(updatesOf(concat(tx, empty))).toEqual(alone)
      }),
      { numRuns },
    )
  })

  test('concat is associative, and concatAll is chain', () => {
    fc.assert(
      fc.property(exactTransformations, exactTransformations, exactTransformations, (a, b, c) => {
        const left = updatesOf(concat(concat(a, b), c))
        expect(updatesOf(concat(a, concat(b, c)))).toEqual(left)
        expect(updatesOf(monoid.concatAll(transformations)([a, b, c]))).toEqual(left)
        expect(updatesOf(hide(chain(a, b, c)))).toEqual(left)
      }),
      { numRuns },
    )
  })
})

test('a chain applies its parts one after the other, each to the updates of the one before', () => {
  fc.assert(
    fc.property(exactTransformations, exactTransformations, (a, b) => {
      tf.tidy(() => {
        const params = newParams()
        const [g = null] = grads()
        const [first, sa] = a.update(g as never, a.init(params), params) // of the structure of the parameters
        const [second, sb] = b.update(first, b.init(params), params)
        const both = chain(a, b)
        const [updates, states] = both.update(g as never, both.init(params), params) // as above
        expect(numbersFrom(updates)).toEqual(numbersFrom(second))
        expect(numbersFrom(states)).toEqual(numbersFrom([sa, sb]))
      })
    }),
    { numRuns },
  )
})

describe('chains of none and of one', () => {
  test('chain() is identity: the updates are the same tensors', () => {
    tf.tidy(() => {
      const params = newParams()
      const [g] = grads()
      if (g === undefined) throw new Error('there are gradients')
      const [updates, state] = chain().update(g, chain().init(params), params)
      expect(state).toEqual([])
      expect(updates.w).toBe(g.w)
      expect(identity().update(g, identity().init(params), params)[0].w).toBe(g.w)
      const next = step(chain())({ w: null, b: [null, null] }, [], params)
      expect(next.params.w).toBe(params.w)
      expect(numbersFrom(step(chain())(g, [], params).params.w)).toEqual({ shape: [3], values: [1.5, -1, 0] })
    })
  })

  test('chain(t) is t, with its state in a list', () => {
    tf.tidy(() => {
      const params = newParams()
      const one = chain(trace({ decay: 0.5 }))
      expect(numbersFrom(one.init(params))).toEqual([numbersFrom(trace({ decay: 0.5 }).init(params))])
    })
    expect(updatesOf(hide(chain(trace({ decay: 0.5 }))))).toEqual(updatesOf(hide(trace({ decay: 0.5 }))))
  })
})

describe('namedChain', () => {
  test('the same updates as chain; the state by name, in the order of the parts', () => {
    const parts = {
      clip: clipByGlobalNorm({ maxNorm: 1 }),
      mean: trace({ decay: 0.5 }),
      last: scale({ stepSize: -0.5 }),
    }
    expect(updatesOf(hide(namedChain(parts)))).toEqual(updatesOf(hide(chain(parts.clip, parts.mean, parts.last))))
    tf.tidy(() => {
      expect(Object.keys(namedChain(parts).init(newParams()))).toEqual(['clip', 'mean', 'last'])
    })
  })

  test('names that every object of JavaScript has are names like any other', () => {
    tf.tidy(() => {
      const params = newParams()
      const tx = namedChain({ toString: scaleByAdam(), constructor: trace({ decay: 0.5 }) })
      const [updates] = tx.update(newParams(), tx.init(params), params)
      expect(Object.keys(updates)).toEqual(Object.keys(params))
    })
  })

  test('names that JavaScript would reorder, or that paths cannot hold, are refused', () => {
    for (const name of ['0', '12', '', 'a/b', 'a.b'])
      expect(() => namedChain({ [name]: identity() })).toThrow(TypeError)
    expect(() => namedChain({ ['__proto__']: identity() })).toThrow(TypeError)
  })
})

test('two averages of one name are refused at construction, wherever they are; on leaves that masks keep apart they are not', () => {
  const average = (mask: boolean | { readonly w: boolean; readonly b: boolean }) =>
    masked({ mask })(withMovingAverage({ decay: 0.5 })(scaleByAdam()))
  expect(() => chain(withMovingAverage({ decay: 0.5 })(chain()), withMovingAverage({ decay: 0.9 })(chain()))).toThrow(
    'chain: two averages are named "ExponentialMovingAverage", at 0.average and at 1.average. Pass another name to one of them',
  )
  expect(() => namedChain({ a: average(true), b: chain(withMovingAverage({ decay: 0.5 })(chain())) })).toThrow(
    'at a.average and at b.0.average',
  )
  expect(() =>
    chain(withMovingAverage({ decay: 0.5 })(chain()), withMovingAverage({ decay: 0.9, name: 'Slow' })(chain())),
  ).not.toThrow()
  tf.tidy(() => {
    expect(() => chain(average({ w: true, b: false }), average({ w: false, b: true })).init(newParams())).not.toThrow()
    expect(() => chain(average({ w: true, b: false }), average(true)).init(newParams())).toThrow(
      'two averages are named',
    )
  })
})

test('inputs are neither changed nor disposed, and a step leaves exactly the tensors of its result', () => {
  const before = tf.memory().numTensors
  const tx = chain(clipByGlobalNorm({ maxNorm: 1 }), scaleByAdam(), scale({ stepSize: -0.5 }))
  const params = newParams()
  const state = tx.init(params)
  const [g] = grads().filter((one, i) => i === 0 || (disposeExcept(one, null), false))
  if (g === undefined) throw new Error('there are gradients')
  const seen = JSON.stringify(numbersFrom([params, state, g]))
  const count = tf.memory().numTensors
  const next = step(tx)(g, state, params)
  expect(tf.memory().numTensors - count).toBe(2 + 4)
  expect(JSON.stringify(numbersFrom([params, state, g]))).toBe(seen)
  disposeExcept([next, params, state, g], null)
  expect(tf.memory().numTensors).toBe(before)
})
