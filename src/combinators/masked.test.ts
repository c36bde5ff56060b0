import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactTransformations } from '../../laws/arbitraries/transformations.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { numbersFrom, tidily } from '../../laws/Numbers.js'
import { describe as describeTx, described } from '../transformation/describe.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Stateless } from '../transformation/types.js'
import { adamw } from '../optimizers/adamw.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { trace } from '../transforms/trace.js'
import { mapTree } from '../tree/mapTree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { byPath } from './byPath.js'
import { chain } from './chain.js'
import { masked } from './masked.js'
import type { MaskLike } from './maskScope.js'

const newParams = () => ({
  dense: { kernel: tf.tensor1d([1, 2]), bias: tf.scalar(3) },
  list: [tf.scalar(4), null] as const,
})
const newGrads = (x = 1) => ({
  dense: { kernel: tf.tensor1d([3 * x, 0]), bias: tf.scalar(4 * x) },
  list: [tf.scalar(12 * x), null] as const,
})

const numRuns = backendName === 'webgl' ? 2 : casesOf(40)
const kernels = byPath((path) => path.endsWith('kernel'))

test('the inner transformation sees the leaves of the mask only; the others pass, the same tensors', () => {
  tf.tidy(() => {
    const [params, grads] = [newParams(), newGrads()]
    const tx = masked({ mask: { dense: true, list: false } })(clipByGlobalNorm({ maxNorm: 1 }))
    const [updates] = tx.update(grads, tx.init(params), params)
    // the norm of what it sees is 5
    expect(numbersFrom(updates.dense.bias)).toMatchObject({ values: [expect.closeTo(0.8, 6)] })
    expect(updates.list[0]).toBe(grads.list[0])
  })
})

test('what an outer mask hides no inner one shows: nothing is kept of it', () => {
  tf.tidy(() => {
    const params = newParams()
    const tx = masked({ mask: { dense: true, list: false } })(
      masked({ mask: byPath((path) => !path.endsWith('bias')) })(trace({ decay: 0.5 })),
    )
    expect(numbersFrom(tx.init(params).trace)).toEqual({
      dense: { kernel: { shape: [2], values: [0, 0] }, bias: null },
      list: [null, null],
    })
  })
})

test("otherwise: 'zero': hidden parameters never change, the same tensors", () => {
  tf.tidy(() => {
    const params = newParams()
    const tx = masked({ mask: kernels, otherwise: 'zero' })(trace({ decay: 0.5 }))
    const [updates] = tx.update(newGrads(), tx.init(params), params)
    expect(numbersFrom(updates)).toEqual({
      dense: { kernel: { shape: [2], values: [3, 0] }, bias: { shape: [], values: [0] } },
      list: [{ shape: [], values: [0] }, null],
    })
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 3; i++) now = step(tx)(newGrads(i), now.state, now.params)
    expect(now.params.dense.bias).toBe(params.dense.bias)
    expect(now.params.list[0]).toBe(params.list[0])
    expect(now.params.dense.kernel).not.toBe(params.dense.kernel)
  })
})

describe('laws', () => {
  test('all true is the inner transformation, all false is identity', () => {
    fc.assert(
      fc.property(exactTransformations, fc.constantFrom('pass' as const, 'zero' as const), (inner, otherwise) => {
        tf.tidy(() => {
          const [params, grads] = [newParams(), newGrads()]
          const all = masked({ mask: true, otherwise })(inner)
          expect(numbersFrom(all.init(params))).toEqual(numbersFrom(inner.init(params)))
          expect(numbersFrom(all.update(grads, all.init(params), params))).toEqual(
            numbersFrom(inner.update(grads, inner.init(params), params)),
          )
          const none = masked({ mask: false })(inner)
          const [updates] = none.update(grads, none.init(params), params)
          expect(updates.dense.kernel).toBe(grads.dense.kernel)
          expect(updates.list[0]).toBe(grads.list[0])
        })
      }),
      { numRuns },
    )
  })

  test('nested masks are the mask of both', () => {
    const choice = fc.record({ dense: fc.record({ kernel: fc.boolean(), bias: fc.boolean() }), list: fc.boolean() })
    fc.assert(
      fc.property(choice, choice, (a, b) => {
        tf.tidy(() => {
          const [params, grads] = [newParams(), newGrads()]
          const nested = masked({ mask: a })(masked({ mask: b })(trace({ decay: 0.5 })))
          const once = masked({
            mask: {
              dense: { kernel: a.dense.kernel && b.dense.kernel, bias: a.dense.bias && b.dense.bias },
              list: a.list && b.list,
            },
          })(trace({ decay: 0.5 }))
          expect(numbersFrom(nested.init(params))).toEqual(numbersFrom(once.init(params)))
          expect(numbersFrom(nested.update(grads, nested.init(params), params))).toEqual(
            numbersFrom(once.update(grads, once.init(params), params)),
          )
        })
      }),
      { numRuns },
    )
  })
})

test('nested masks with zero: what the outer one hides passes, what only the inner one hides is zero', () => {
  tf.tidy(() => {
    const params = newParams()
    const tx = masked({ mask: { dense: true, list: false } })(
      masked({ mask: kernels, otherwise: 'zero' })(scale({ stepSize: 2 })),
    )
    expect(numbersFrom(tx.update(newGrads(), tx.init(params), params)[0])).toEqual({
      dense: { kernel: { shape: [2], values: [6, 0] }, bias: { shape: [], values: [0] } },
      list: [{ shape: [], values: [12] }, null],
    })
  })
})

test('a transformation that is no equation gets null for what is hidden', () => {
  tf.tidy(() => {
    const seen: unknown[] = []
    const spy = plain<Stateless>({
      name: 'spy',
      init: (params) => {
        seen.push(numbersFrom(params))
        return {}
      },
      update: (updates, state, params) => {
        seen.push(numbersFrom(updates), numbersFrom(params))
        return [mapTree((leaf) => tf.neg(leaf))(updates), state]
      },
    })
    const tx = chain(scale({ stepSize: 2 }), masked({ mask: kernels })(spy))
    const params = newParams()
    const [updates] = tx.update(newGrads(), tx.init(params), params)
    const hidden = { dense: { kernel: expect.anything() as unknown, bias: null }, list: [null, null] }
    expect(seen).toEqual([hidden, hidden, hidden])
    expect(numbersFrom(updates)).toEqual({
      dense: { kernel: { shape: [2], values: [-6, -0] }, bias: { shape: [], values: [8] } },
      list: [{ shape: [], values: [24] }, null],
    })
  })
})

describe('masks', () => {
  const hiddenBy = (mask: MaskLike): unknown =>
    tidily(() => describeTx(masked({ mask })(trace({ decay: 0.5 })), newParams()).options['passes'])

  test('a prefix of the tree is enough; lists take lists; null needs no entry', () => {
    expect(hiddenBy(true)).toEqual([])
    expect(hiddenBy(false)).toEqual(['dense/kernel', 'dense/bias', 'list/0'])
    expect(hiddenBy({ dense: true, list: false })).toEqual(['list/0'])
    expect(hiddenBy({ list: [true, true], dense: { bias: false, kernel: true } })).toEqual(['dense/bias'])
    expect(hiddenBy(byPath((path, { shape }) => shape.length > 0 && path !== ''))).toEqual(['dense/bias', 'list/0'])
    expect(hiddenBy(() => ({ dense: false, list: true }))).toEqual(['dense/kernel', 'dense/bias'])
  })

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['a missing key', { dense: true }, 'at list, expected true or false, found nothing'],
    ['a surplus key', { dense: true, list: true, extra: false }, 'extra'],
    [
      'no boolean',
      { dense: 1, list: true },
      'at dense, expected true or false, or the structure of the parameters, found the number 1',
    ],
    [
      'null',
      { dense: { kernel: null, bias: true }, list: true },
      'at dense/kernel, expected true or false, found null',
    ],
    ['a record for a list', { dense: true, list: { 0: true, 1: true } }, 'at list'],
    ['deeper than the parameters', { dense: { kernel: { x: true }, bias: true }, list: true }, 'at dense/kernel'],
  ]
  test.each(wrong)('that do not fit are refused: %s', (_, mask, message) => {
    tf.tidy(() => {
      const params = newParams()
      const init = () => masked({ mask: mask as MaskLike })(trace({ decay: 0.5 })).init(params)
      expect(init).toThrow(TreeMismatch)
      expect(init).toThrow(message)
      expect(init).toThrow('the mask of masked')
    })
  })

  test('are asked for once for each structure', () => {
    tf.tidy(() => {
      let calls = 0
      const tx = masked({
        mask: () => {
          calls += 1
          return { dense: true, list: false }
        },
      })(trace({ decay: 0.5 }))
      const params = newParams()
      let state = tx.init(params)
      for (let i = 0; i < 3; i++) state = tx.update(newGrads(), state, params)[1]
      expect(calls).toBe(1)
    })
  })

  test('options are checked', () => {
    // @ts-expect-error a mask is needed
    expect(() => masked({})).toThrow('masked: mask')
    // @ts-expect-error no such way
    expect(() => masked({ mask: true, otherwise: 'drop' })).toThrow('masked: otherwise')
  })
})

describe('description', () => {
  test('names, options and parts; with parameters, what passes a mask', () => {
    const tx = chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1, mask: kernels }))
    const bare = describeTx(tx)
    expect(bare.name).toBe('chain')
    expect(bare.parts.map(({ name }) => name)).toEqual(['clipByGlobalNorm', 'adamw'])
    expect(JSON.stringify(bare)).not.toContain('passes')
    tf.tidy(() => {
      const full = JSON.stringify(describeTx(tx, newParams()))
      expect(full).toContain('"passes":["dense/bias","list/0"]')
    })
  })

  test('described: one line', () => {
    expect(
      described(
        describeTx(
          chain(clipByGlobalNorm({ maxNorm: 1 }), masked({ mask: true, otherwise: 'zero' })(scale({ stepSize: -0.5 }))),
        ),
      ),
    ).toBe("chain(clipByGlobalNorm({ maxNorm: 1 }), masked({ otherwise: 'zero' }, scale({ stepSize: -0.5 })))")
    expect(described(describeTx(chain()))).toBe('chain()')
  })
})
