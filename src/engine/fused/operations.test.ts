import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../../laws/checks/backend.js'
import type { Arithmetic } from '../../equation/Arithmetic.js'
import { binary, comparison, tests, unary } from '../../equation/operations.js'
import { checkedEquation as equation } from '../../transformation/checkedEquation.js'
import { chooseExecutor } from '../chooseExecutor.js'

type Operation = <A, B>(A: Arithmetic<A, B>, a: A, b: A) => A

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  0.1,
  -7.25,
  1e-30,
  -1e-30,
  3e38,
  -3e38,
  88,
  -87,
  1.0000001,
  Infinity,
  -Infinity,
  NaN,
].map(Math.fround)
const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const))

/** NaN is one class, −0 apart from 0. */
const plain = (x: number): number | string => (Number.isNaN(x) ? 'NaN' : Object.is(x, -0) ? '-0' : x)

const check = (operation: Operation, exact: (a: number, b: number) => number): void => {
  expect(chooseExecutor().name).toBe(backendName)
  const tx = equation({ name: 'operation' })((A) => ({ update, param }) => ({ update: operation(A, update, param) }))
  const found = tf.tidy(() => {
    const [a, b] = [0, 1].map((k) => [tf.tensor1d(pairs.map((pair) => pair[k] ?? 0))])
    const params = b ?? []
    return tx.update(a ?? [], tx.init(params), params)[0].flatMap((t) => [...(t?.dataSync() ?? [])])
  })
  expect(found.map(plain)).toEqual(pairs.map(([a, b]) => plain(Math.fround(exact(a, b)))))
}

// WebGL has bounds of its own: see webgl/operations.webgl.test.ts.
describe.skipIf(backendName === 'webgl')('fused, each operation is that of JavaScript, rounded once to float32', () => {
  for (const [name, exact] of Object.entries(unary))
    test(name, () => check((A, a) => A[name as keyof typeof unary](a), exact)) // keys of that table
  for (const [name, exact] of Object.entries(binary))
    test(name, () => check((A, a, b) => A[name as keyof typeof binary](a, b), exact)) // as above
  for (const [name, exact] of Object.entries(comparison))
    test(name, () =>
      check(
        (A, a, b) => A.where(A[name as keyof typeof comparison](a, b), A.lit(1), A.lit(2)),
        (a, b) => (exact(a, b) ? 1 : 2),
      ),
    ) // as above
  for (const [name, exact] of Object.entries(tests))
    test(name, () =>
      check(
        (A, a) => A.where(A[name as keyof typeof tests](a), A.lit(1), A.lit(2)),
        (a) => (exact(a) ? 1 : 2),
      ),
    ) // as above
})
