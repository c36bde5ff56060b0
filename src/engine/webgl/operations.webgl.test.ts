import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { whole } from '../../../laws/checks/part.js'
import type { Arithmetic } from '../../equation/Arithmetic.js'
import { binary, comparison, tests, unary } from '../../equation/operations.js'
import { zeros } from '../../equation/Slot.js'
import { checkedEquation as equation } from '../../transformation/checkedEquation.js'
import { step } from '../../transformation/step.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { chooseExecutor } from '../chooseExecutor.js'

type Operation = <A, B>(arithmetic: Arithmetic<A, B>, a: A, b: A) => A

/** What each operation may be off by, in units of the last place of the exact result (GLSL ES 3 allows 2.5 for a
 *  quotient or a root; the power doubles its logarithm's error at most 2 + |b| times). Denormal numbers count as 0. */
const bounds: Readonly<Record<string, number | ((a: number, b: number) => number)>> = {
  add: 0.5,
  sub: 0.5,
  mul: 0.5,
  max: 0,
  min: 0,
  neg: 0,
  abs: 0,
  sign: 0,
  div: 2.5,
  sqrt: 2.5,
  floor: 0,
  ceil: 0,
  round: 0,
  exp: 2,
  log: 2,
  tanh: 3,
  // further out the range is not reduced
  sin: (a) => (Math.abs(a) <= 1e4 ? 2 : Infinity),
  cos: (a) => (Math.abs(a) <= 1e4 ? 2 : Infinity),
  pow: (_a, b) => 4 + 4 * Math.abs(b),
}

const specials = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  1e-30,
  -1e-30,
  3e38,
  -3e38,
  88,
  -87,
  1.0000001,
  0.9999999,
  Infinity,
  -Infinity,
  NaN,
]

const f32 = (x: readonly number[]): readonly number[] => [...Float32Array.from(x)]

const pairs: readonly (readonly [number, number])[] = (() => {
  let seed = 1
  const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const all = specials.flatMap((a) => specials.map((b) => [a, b] as const))
  const random = Array.from(
    { length: 3000 },
    () => [(next() - 0.5) * 2 ** Math.floor(20 * next() - 10), (next() - 0.5) * 16] as const,
  )
  const positive = Array.from(
    { length: 3000 },
    () => [2 ** (40 * (next() - 0.5)) * (1 + next()), (next() - 0.5) * 8] as const,
  )
  const nearOne = Array.from(
    { length: 500 },
    () => [1 + (next() - 0.5) * 2 ** Math.floor(-20 * next()), next() * 4] as const,
  )
  return [...all, ...random, ...positive, ...nearOne].map(([a, b]) => [Math.fround(a), Math.fround(b)] as const)
})()

/** A difference in units of the last place; NaN is one class, and so is what is too small for a normal number. */
const ulps = (found: number, exact: number): number => {
  if (Number.isNaN(exact) || Number.isNaN(found)) return Number.isNaN(exact) && Number.isNaN(found) ? 0 : Infinity
  const near = Math.fround(exact)
  if (Object.is(found, near) || found === near) return 0
  if (Math.abs(exact) < 2 ** -125 && Math.abs(found) < 2 ** -125) return 0
  // Past the largest number by less than the bound allows.
  if (!Number.isFinite(found) || !Number.isFinite(near))
    return Math.sign(found) === Math.sign(near) && Math.min(Math.abs(exact), Math.abs(found)) > 3.4028e38 ? 0 : Infinity
  return Math.abs(found - exact) / 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(exact))) - 23)
}

const evaluate = (
  operation: Operation,
  on: 'elements' | 'leaves',
  given: readonly (readonly [number, number])[],
): readonly number[] => {
  expect(chooseExecutor().name).toBe('webgl')
  const tx = equation({ name: 'operation' })((A) => ({ update, param }) => ({
    update: on === 'elements' ? operation(A, update, param) : operation(A, A.leafMax(update), A.leafMax(param)),
  }))
  const shape = on === 'elements' ? [given.length] : [1]
  const trees = [0, 1].map((k) =>
    on === 'elements'
      ? [
          tf.tensor(
            given.map((p) => p[k] ?? 0),
            shape,
          ),
        ]
      : given.map((p) => tf.tensor([p[k] ?? 0], shape)),
  )
  const [updates = [], params = []] = trees
  const [out] = tx.update(updates, tx.init(params), params)
  const values = out.flatMap((t) => [...(t?.dataSync() ?? [])])
  tensorsOf([out, trees]).forEach((t) => t.dispose())
  return values
}

const check = (
  name: string,
  operation: Operation,
  exact: (a: number, b: number) => number,
  isUsable = (_a: number, _b: number): boolean => true,
): void => {
  for (const on of ['elements', 'leaves'] as const) {
    // As leaves the special values alone: each pair is two tensors.
    const given = (
      on === 'elements' ? pairs : pairs.slice(0, specials.length ** 2).filter((_, i) => i % (whole ? 7 : 20) === 0)
    ).filter(([a, b]) => isUsable(a, b))
    const found = evaluate(operation, on, given)
    const worst = given
      .map(([a, b], i) => {
        const off = ulps(found[i] ?? 0, exact(a, b))
        const bound = bounds[name] ?? 0
        return {
          a,
          b,
          found: found[i],
          exact: exact(a, b),
          off,
          excess: off - (typeof bound === 'number' ? bound : bound(a, b)),
        }
      })
      .reduce((most, x) => (x.excess > most.excess ? x : most))
    expect(worst.excess, `${name} on ${on}: ${JSON.stringify(worst)}`).toBeLessThanOrEqual(1e-6)
  }
}

describe('each operation is that of the reference, within its bound', () => {
  for (const [name, exact] of Object.entries(unary))
    test(name, () => check(name, (A, a) => A[name as keyof typeof unary](a), exact)) // keys of that table

  for (const [name, exact] of Object.entries(binary))
    test(name, () => check(name, (A, a, b) => A[name as keyof typeof binary](a, b), exact)) // keys of that table

  for (const [name, exact] of Object.entries(comparison))
    test(name, () =>
      check(
        name,
        (A, a, b) => A.where(A[name as keyof typeof comparison](a, b), A.lit(1), A.lit(2)),
        (a, b) => (exact(a, b) ? 1 : 2),
      ),
    ) // keys of that table

  for (const [name, exact] of Object.entries(tests))
    test(name, () =>
      check(
        name,
        (A, a) => A.where(A[name as keyof typeof tests](a), A.lit(1), A.lit(2)),
        (a) => (exact(a) ? 1 : 2),
      ),
    ) // keys of that table

  test('and, or, not', () => {
    const code = (x: boolean, y: boolean): number => (x && !y ? 1 : 0) + (x || y ? 2 : 0) + (!x ? 4 : 0)
    check(
      'conditions',
      (A, a, b) => {
        const [x, y] = [A.less(a, A.lit(0)), A.less(b, A.lit(0))]
        const digit = (c: typeof x, n: number) => A.where(c, A.lit(n), A.lit(0))
        return A.add(A.add(digit(A.and(x, A.not(y)), 1), digit(A.or(x, y), 2)), digit(A.not(x), 4))
      },
      (a, b) => code(a < 0, b < 0),
    )
  })

  test('where takes a value as it is: NaN and ∞ of the other side do not leak', () => {
    check(
      'where',
      (A, a, b) => A.where(A.less(a, b), a, b),
      (a, b) => (a < b ? a : b),
    )
    check(
      'where',
      (A, a) => A.where(A.isFinite(a), A.lit(5), A.div(a, A.lit(0))),
      (a) => (Number.isFinite(a) ? 5 : a / 0),
    )
  })

  test('0/0 is NaN', () => expect(evaluate((A, a, b) => A.div(a, b), 'elements', [[0, 0]])).toEqual([NaN]))
})

describe('what compilers would simplify if floats were reals', () => {
  const values = f32([1e-9, 1, -3.3e-8, 123.456])
  const ones = values.map((x) => [x, 1] as const)

  test('(a + b) − a', () =>
    expect(evaluate((A, b, a) => A.sub(A.add(a, b), a), 'elements', ones)).toEqual(
      values.map((x) => Math.fround(Math.fround(1 + x) - 1)),
    ))

  test('a − (a + b)', () =>
    expect(evaluate((A, b, a) => A.sub(a, A.add(a, b)), 'elements', ones)).toEqual(
      values.map((x) => Math.fround(1 - Math.fround(1 + x))),
    ))

  test('compensated summation goes on where a plain sum stands still', () => {
    const sum = (isCompensated: boolean) =>
      equation({ name: 'sum', slots: { mean: { per: 'element', start: 'param' } as const, rest: zeros } })(
        (A) =>
          ({ update: x, mean, rest }) => {
            const y = A.add(A.mul(A.lit(1e-7), A.sub(x, mean)), rest)
            const next = A.add(mean, y)
            return { update: A.lit(0), mean: next, rest: isCompensated ? A.sub(y, A.sub(next, mean)) : rest }
          },
      )
    const after = ([true, false] as const).map((isCompensated) => {
      const tx = sum(isCompensated)
      const params = [tf.ones([5])]
      const x = [tf.fill([5], 1.1)]
      let now = { params, state: tx.init(params) }
      for (let t = 0; t < 300; t++) {
        const next = step(tx)(x, now.state, now.params)
        disposeExcept(now, next)
        now = next
      }
      const found = now.state.mean[0]?.dataSync()[0] ?? 0
      tensorsOf([now, x]).forEach((t) => t.dispose())
      return found
    })
    expect(Math.abs((after[0] ?? 0) - (1 + 0.1 * 300e-7))).toBeLessThan(1.3e-7)
    expect(after[1]).toBe(1)
  })
})
