import fc from 'fast-check'
import { binary, isUnary, unary } from '../../../src/equation/operations.js'
import type { Arithmetic } from '../../../src/equation/Arithmetic.js'
import type { Binary, Comparison, Unary } from '../../../src/equation/operations.js'
import type { Program } from '../../../src/equation/Program.js'
import type { Equation } from '../../../src/equation/Equation.js'

/** One line of a random equation; numbers choose among the values that exist by then. */
interface Line {
  readonly op: Unary | Binary | 'leafMax' | 'leafSize' | 'where' | 'lit' | 'scalar'
  readonly args: readonly [number, number, number]
  readonly test: Comparison | 'isFinite' | 'isNaN' | 'not' | 'and' | 'or'
  readonly value: number
}

/** A random equation as data: readable when a property fails. */
export interface Term {
  readonly lines: readonly Line[]
  readonly results: readonly [update: number, first: number, second: number]
}

/** What IEEE 754 does not round correctly: machines differ in the last places. */
const inexact: readonly string[] = ['exp', 'log', 'tanh', 'sin', 'cos', 'pow']

/** Every other operation of the table: all machines must agree on it. */
const exact: readonly Line['op'][] = [
  // names of the two sections, whatever `Object.keys` forgets
  ...([...Object.keys(unary), ...Object.keys(binary)] as readonly (Unary | Binary)[]).filter(
    (op) => !inexact.includes(op),
  ),
  'where',
  'leafMax',
  'leafSize',
  'lit',
  'scalar',
]
const tests = ['less', 'lessEqual', 'equal', 'isFinite', 'isNaN', 'not', 'and', 'or'] as const

export const special: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  -3.5,
  1e-8,
  1e-40,
  -1e-42,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4e38,
  2 ** -149,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

/** Any float32, the special ones often. */
export const number: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...special),
  fc.float({ noDefaultInfinity: true, min: -10, max: 10 }),
  fc.float(),
)

export const term: fc.Arbitrary<Term> = fc.record({
  lines: fc.array(
    fc.record({
      op: fc.constantFrom(...exact),
      args: fc.tuple(fc.nat(31), fc.nat(31), fc.nat(31)),
      test: fc.constantFrom(...tests),
      value: number,
    }),
    { minLength: 1, maxLength: 14 },
  ),
  results: fc.tuple(fc.nat(31), fc.nat(31), fc.nat(31)),
})

/** Which zero is the largest of several depends on the order in which they are seen: here it is always the positive
 *  one. */
const largest = <A, B>(A: Arithmetic<A, B>, a: A): A => A.add(A.leafMax(a), A.lit(0))

/** A term in any arithmetic. */
export const meant = <A, B>(
  A: Arithmetic<A, B>,
  { lines, results }: Term,
  inputs: readonly A[],
  scalar: A,
): readonly A[] => {
  const values = [...inputs]
  const pick = (i: number): A => values[i % values.length] as A // inputs are never empty
  for (const {
    op,
    args: [i, j, k],
    test,
    value,
  } of lines) {
    const [a, b, c] = [pick(i), pick(j), pick(k)]
    const condition = (): B =>
      test === 'isFinite' || test === 'isNaN'
        ? A[test](c)
        : test === 'not'
          ? A.not(A.less(a, c))
          : test === 'and'
            ? A.and(A.lessEqual(a, c), A.isFinite(b))
            : test === 'or'
              ? A.or(A.equal(a, c), A.isNaN(b))
              : A[test](a, c)
    switch (op) {
      case 'lit':
        values.push(A.lit(value))
        break
      case 'scalar':
        values.push(scalar)
        break
      case 'leafSize':
        values.push(A.leafSize())
        break
      case 'where':
        values.push(A.where(condition(), a, b))
        break
      case 'leafMax':
        values.push(largest(A, a))
        break
      default:
        values.push(isUnary(op) ? A[op](a) : A[op](a, b))
    }
  }
  return results.map((r) => pick(r))
}

/** The program of some terms, one stage each, with slots `first` (like the parameter) and `second` (one number for each
 *  leaf). */
export const programOf = (terms: readonly Term[], scalar: number): Program => ({
  segments: terms.map((one, i) => ({ kind: 'stage', at: [i], scope: null, equation: equationOf(one, i, scalar) })),
})

const equationOf = (one: Term, index: number, scalar: number): Equation => ({
  name: `random ${index}`,
  slots: { first: { per: 'element', start: 0 }, second: { per: 'leaf', start: 0 } },
  host: { count: 0 },
  next: ({ count = 0 }) => ({ count: count + 1 }),
  scalars: ({ count = 0 }) => ({ s: scalar + count }),
  observes: false,
  rule: (A) => (inputs, scalars) => {
    // the slots above are all there are
    const { update, param, first, second } = inputs as Record<Names, Of<typeof inputs>>
    const { s } = scalars as Record<'s', Of<typeof inputs>> // and the scalar
    const [u = update, a = first, b = second] = meant(A, one, [update, param, first, second], s)
    return { update: u, first: a, second: largest(A, b) }
  },
})

type Names = 'update' | 'param' | 'first' | 'second'
type Of<R> = R extends Readonly<Record<string, infer A>> ? A : never
