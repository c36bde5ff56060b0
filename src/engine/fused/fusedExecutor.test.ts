import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../../laws/checks/backend.js'
import { casesOf } from '../../../laws/checks/part.js'
import { number, programOf, term } from '../../../laws/checks/engine/randomProgram.js'
import type { Executor } from '../../equation/Work.js'
import { checkedEquation as equation } from '../../transformation/checkedEquation.js'
import { step } from '../../transformation/step.js'
import { chooseExecutor } from '../chooseExecutor.js'
import { eager } from '../eager.js'
import type { Manner } from '../../equation/Manner.js'
import { run } from '../run.js'

const shapes = [
  [],
  [0],
  [1],
  [3],
  [4],
  [5],
  [15],
  [16],
  [17],
  [63],
  [64],
  [65],
  [2, 3],
  [2, 2, 5],
  [1, 2, 3, 4],
  [2, 1, 3, 2, 3],
] as const

interface Given {
  readonly shape: readonly number[]
  readonly graded: boolean
  readonly values: readonly number[]
}

const leaf: fc.Arbitrary<Given> = fc.record({
  shape: fc.constantFrom(...shapes),
  graded: fc.boolean(),
  values: fc.array(number, { minLength: 1, maxLength: 40 }),
})

const filled = (shape: readonly number[], values: readonly number[], offset: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from(
      { length: tf.util.sizeFromShape([...shape]) },
      (_, i) => values[(i * 7 + offset) % values.length] ?? 0,
    ),
    [...shape],
    'float32',
  )

const made = (leaves: readonly Given[], stages: number) => {
  const tree = (offset: number, per: 'element' | 'leaf' = 'element') =>
    Object.fromEntries(
      leaves.map(({ shape, values }, i) => [`l${i}`, filled(per === 'leaf' ? [] : shape, values, offset + i)]),
    )
  return {
    params: tree(1),
    grads: Object.fromEntries(
      leaves.map(({ shape, values, graded }, i) => [`l${i}`, graded ? filled(shape, values, i) : null]),
    ),
    state: Array.from({ length: stages }, (_, s) => ({ count: 0, first: tree(2 + s), second: tree(5 + s, 'leaf') })),
  }
}

const manner = (executor: Executor<tf.Tensor>, mode: 'update' | 'step', donate = false): Manner<tf.Tensor> => ({
  executor,
  mode,
  donate,
  add: (a, b) => tf.add(a, b),
  release: (t) => t.dispose(),
  copied: (t) => tf.clone(t),
})

/** Every number of a result, NaN as one class, −0 apart from 0. */
const bits = (value: unknown): unknown =>
  value instanceof tf.Tensor
    ? {
        shape: value.shape,
        values: [...value.dataSync()].map((x) => (Number.isNaN(x) ? 'NaN' : Object.is(x, -0) ? '-0' : x)),
      }
    : Array.isArray(value)
      ? value.map(bits)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bits(v)]))
        : value

/** Numbers of leaves without elements are left out: there the largest element of a number is −∞, or that number. */
const compared = (leaves: readonly Given[], result: readonly [unknown, unknown]): unknown =>
  bits([
    result[0],
    (result[1] as ReturnType<typeof made>['state']).map(({ count, first, second }) =>
      // the state's shape is the program's
      ({
        count,
        first,
        second: leaves.map(({ shape }, i) => (tf.util.sizeFromShape([...shape]) === 0 ? null : second[`l${i}`])),
      }),
    ),
  ])

const fused = (): Executor<tf.Tensor> => chooseExecutor().executor
const programs = fc.record({
  terms: fc.array(term, { minLength: 1, maxLength: 3 }),
  leaves: fc.array(leaf, { minLength: 1, maxLength: 4 }),
  scalar: number,
  mode: fc.constantFrom('update' as const, 'step' as const),
})

describe.skipIf(backendName === 'webgl')('fused', () => {
  test('a fused executor is chosen', () => {
    expect(chooseExecutor().name).toBe(backendName)
  })

  test('random programs: bit for bit what the operations of the backend give', () => {
    fc.assert(
      fc.property(programs, ({ terms, leaves, scalar, mode }) => {
        const program = programOf(terms, scalar)
        const before = tf.memory().numTensors
        tf.tidy(() => {
          const { params, grads, state } = made(leaves, terms.length)
          const occasion = { updates: grads, params, extra: undefined }
          const inputs = bits([params, grads, state])
          const expected = compared(leaves, run(manner(eager, mode), program, occasion, state))
          expect(compared(leaves, run(manner(fused(), mode), program, occasion, state))).toEqual(expected)
          expect(bits([params, grads, state])).toEqual(inputs)
        })
        expect(tf.memory().numTensors).toBe(before)
      }),
      { numRuns: casesOf(300) },
    )
  })

  test('an update that is literally minus zero is emitted as such', () => {
    const minus = equation({ name: 'minus' })((A) => () => ({ update: A.lit(-0) }))
    tf.tidy(() => {
      const params = { w: tf.tensor1d([1, -0, 0]) }
      const [{ w }] = minus.update({ w: tf.ones([3]) }, minus.init(params), params)
      expect(bits(w)).toEqual({ shape: [3], values: ['-0', '-0', '-0'] })
      expect(bits(step(minus)({ w: tf.ones([3]) }, minus.init(params), params).params.w)).toEqual({
        shape: [3],
        values: [1, '-0', 0],
      })
    })
  })

  test('what cannot be compiled leaves nothing behind', () => {
    const unheard = equation({ name: 'unheard' })((A) => ({ update }) => ({
      update: A.floor(A.cos(A.floor(A.sin(A.ceil(A.exp(update)))))),
    }))
    tf.tidy(() => {
      const params = { w: tf.tensor1d([1, 2]) }
      const state = unheard.init(params)
      const { numTensors, numDataBuffers } = tf.memory()
      const { Module } = WebAssembly
      // an engine that refuses
      WebAssembly.Module = function () {
        throw new Error('refused')
      } as unknown as typeof Module
      try {
        expect(() => unheard.update(params, state, params)).toThrow('refused')
      } finally {
        WebAssembly.Module = Module
      }
      expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers])
    })
  })

  test('random programs: donated is pure, and disposes what it replaces', () => {
    fc.assert(
      fc.property(programs, ({ terms, leaves, scalar }) => {
        const program = programOf(terms, scalar)
        tf.tidy(() => {
          const { params, grads, state } = made(leaves, terms.length)
          const expected = compared(
            leaves,
            run(manner(eager, 'step'), program, { updates: grads, params, extra: undefined }, state),
          )
          const before = tf.memory()
          const gradients = bits(grads)
          const result = run(
            manner(fused(), 'step', true),
            program,
            { updates: grads, params, extra: undefined },
            state,
          )
          const after = tf.memory()
          expect(compared(leaves, result)).toEqual(expected)
          expect(bits(grads)).toEqual(gradients)
          expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes])
        })
      }),
      { numRuns: casesOf(200) },
    )
  })
})
