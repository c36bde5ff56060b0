import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../../laws/checks/backend.js'
import { casesOf, whole as wholeRun } from '../../../laws/checks/part.js'
import type { Equation } from '../../equation/Equation.js'
import type { Program } from '../../equation/Program.js'
import { remembered } from '../../equation/Scope.js'
import { chooseExecutor } from '../chooseExecutor.js'
import { run } from '../run.js'

const one = (name: string, rule: Equation['rule']): Equation => ({
  name,
  slots: {},
  host: {},
  next: (host) => host,
  scalars: () => ({}),
  observes: false,
  rule,
})

const whole = one('whole', (A) => ({ update: u }) => ({ update: A.treeSum(A.mul(u ?? A.lit(0), u ?? A.lit(0))) }))
const each = one('each', (A) => ({ update: u }) => ({ update: A.leafSum(u ?? A.lit(0)) }))
const largest = one('largest', (A) => ({ update: u }) => ({ update: A.leafMax(A.abs(u ?? A.lit(0))) }))
const sizes = one('sizes', (A) => () => ({ update: A.treeSum(A.leafSize()) }))

const updated = (
  program: Program,
  grads: Readonly<Record<string, tf.Tensor>>,
  state: unknown = [],
): Readonly<Record<string, Float32Array>> => {
  const [updates] = run(
    {
      executor: chooseExecutor().executor,
      mode: 'update',
      donate: false,
      add: (a, b) => tf.add(a, b),
      release: (t) => t.dispose(),
      copied: (t) => tf.clone(t),
    },
    program,
    { updates: grads, params: grads, extra: undefined },
    state,
  ) as [Readonly<Record<string, tf.Tensor>>, unknown] // updates are like the parameters
  // float32 throughout
  const values = Object.fromEntries(Object.entries(updates).map(([key, t]) => [key, t.dataSync() as Float32Array]))
  tf.dispose(updates)
  return values
}

const stages = (...equations: readonly Equation[]): Program => ({
  segments: equations.map((equation) => ({ kind: 'stage', equation, at: [], scope: null })),
})

/** The distance of two numbers in units in the last place of the second. */
const ulps = (found: number, exact: number): number => {
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23), 2 ** -149)
  return found === exact ? 0 : Math.abs(found - exact) / unit
}

const numbers = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 })
const leaves = fc.array(fc.record({ size: fc.constantFrom(0, 1, 3, 17, 64, 1000, 9001), values: numbers }), {
  minLength: 1,
  maxLength: 3,
})

describe.skipIf(backendName === 'webgl')('collectives', () => {
  test('sums are within 2 ulp of float64, the largest element is exact', () => {
    fc.assert(
      fc.property(leaves, (given) => {
        const arrays = given.map(({ size, values }) =>
          Float32Array.from({ length: size }, (_, i) => values[(i * 7) % values.length] ?? 0),
        )
        const grads = Object.fromEntries(arrays.map((array, i) => [`l${i}`, tf.tensor1d(array)]))
        const total = arrays.reduce((sum, array) => array.reduce((s, x) => s + Math.fround(x * x), sum), 0)
        const found = [whole, each, largest, sizes].map((equation) => updated(stages(equation), grads))
        arrays.forEach((array, i) => {
          const of = (k: number): readonly number[] => [...new Set(found[k]?.[`l${i}`])]
          if (array.length === 0) return expect(of(0)).toEqual([])
          expect(ulps(of(0)[0] ?? Number.NaN, total)).toBeLessThanOrEqual(2)
          const sum = array.reduce((s, x) => s + x, 0)
          const magnitude = array.reduce((s, x) => s + Math.abs(x), 0)
          expect(Math.abs((of(1)[0] ?? Number.NaN) - sum)).toBeLessThanOrEqual(
            Math.abs(sum) * 2 ** -23 + magnitude * 1e-15,
          )
          expect(of(2)).toEqual([array.reduce((most, x) => Math.max(most, Math.abs(x)), Number.NEGATIVE_INFINITY)])
          // A number of the leaf counts once for each element.
          expect(
            ulps(
              of(3)[0] ?? Number.NaN,
              arrays.reduce((n, { length }) => n + length ** 2, 0),
            ),
          ).toBeLessThanOrEqual(2)
        })
        tf.dispose(grads)
      }),
      { numRuns: casesOf(40) },
    )
  })

  test('ten million elements: no drift, where tf.sum on wasm is wrong in the third digit', () => {
    const size = backendName === 'wasm' || wholeRun ? 10_000_000 : 1_000_000
    const grads = { w: tf.fill([size], 0.1) }
    const [found = Number.NaN] = updated(stages(whole), grads)['w'] ?? []
    expect(ulps(found, Math.fround(Math.fround(0.1) * Math.fround(0.1)) * size)).toBeLessThanOrEqual(2)
    tf.dispose(grads)
  })

  test('a sum over the tree waits for classes that reach it later', () => {
    // On `b` the first stage runs, so its part of the second sum is known one phase later than that of `a`.
    const scope = remembered((skeleton) => skeleton.paths.map((path) => path === 'b'))
    const program: Program = {
      segments: [
        { kind: 'stage', equation: whole, at: [], scope },
        { kind: 'stage', equation: whole, at: [], scope: null },
      ],
    }
    const grads = { a: tf.tensor1d([3, 4, 5]), b: tf.tensor1d([1, 2]) }
    // b: 1 + 4 = 5 for both elements, then 2·25 + 9 + 16 + 25
    expect(updated(program, grads)).toEqual({ a: Float32Array.of(100, 100, 100), b: Float32Array.of(100, 100) })
    tf.dispose(grads)
  })
})

test('a leaf without elements adds nothing, whatever number would stand for them', () => {
  const grads = { a: tf.tensor1d([3, 2, -1]), b: tf.tensor1d([]), c: tf.scalar(-4) }
  const infinite: Equation['rule'] =
    (A) =>
    ({ update: u }) => {
      const most = A.leafMax(u ?? A.lit(0)) // −∞ of none
      const inTree = A.add(A.treeSum(most), A.treeNorm(most))
      const inLeaf = A.add(A.leafSum(most), A.leafNorm(most))
      return { update: A.add(A.add(inTree, inLeaf), A.leafMax(inLeaf)) }
    }
  const { a, b, c } = updated(stages(one('infinite', infinite)), grads)
  const tree = 3 * 3 - 4 + Math.sqrt(3 * 9 + 16)
  expect(b).toHaveLength(0)
  for (const x of a ?? []) expect(x).toBeCloseTo(tree + 2 * (3 * 3 + Math.sqrt(3 * 9)), 4) // as wide as its gradient
  for (const x of c ?? []) expect(x).toBeCloseTo(tree + 2 * (-4 + 4), 4)
  expect([a?.length, c?.length]).toEqual([3, 1])
  tf.dispose(grads)
})
