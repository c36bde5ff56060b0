import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BackendName, backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { number, programOf, term } from '../../laws/checks/engine/randomProgram.js'
import { chooseExecutor } from '../engine/chooseExecutor.js'
import { eager } from '../engine/eager.js'
import type { Manner } from './Manner.js'
import { run } from '../engine/run.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Arithmetic } from './Arithmetic.js'
import type { Equation } from './Equation.js'
import { elementwise } from './operations.js'
import type { Program } from './Program.js'
import { type ArrayLeaf, arrayLeaf, referenceExecutor } from './reference.js'

const shapes = [[], [0], [1], [3], [17], [2, 3], [2, 1, 5]] as const

/** A leaf of parameters as data: its shape, and numbers to fill it, its gradient and its slots with. */
interface Given {
  readonly shape: readonly number[]
  readonly graded: boolean
  readonly values: readonly number[]
}

const givenLeaf = (values: fc.Arbitrary<number>, of: readonly (readonly number[])[] = shapes): fc.Arbitrary<Given> =>
  fc.record({
    shape: fc.constantFrom(...of),
    graded: fc.boolean(),
    values: fc.array(values, { minLength: 1, maxLength: 24 }),
  })

/** Parameters, gradients and the state of the random programs, of leaves of any kind. */
const inputs = <L>(
  leaves: readonly Given[],
  stages: number,
  make: (values: readonly number[], shape: readonly number[]) => L,
) => {
  const tree = (offset: number, per: 'element' | 'leaf' = 'element') =>
    Object.fromEntries(
      leaves.map(({ shape, values }, i) => {
        const own = per === 'leaf' ? [] : shape
        return [
          `l${i}`,
          make(
            Array.from({ length: sizeOf(own) }, (_, k) =>
              Math.fround(values[(k * 7 + offset + i) % values.length] ?? 0),
            ),
            own,
          ),
        ]
      }),
    )
  const grads = Object.entries(tree(0)).map(([key, leaf], i) => [key, leaves[i]?.graded === true ? leaf : null])
  return {
    params: tree(1),
    grads: Object.fromEntries(grads) as Record<string, L | null>,
    state: Array.from({ length: stages }, (_, s) => ({ count: 0, first: tree(2 + s), second: tree(5 + s, 'leaf') })),
  }
}

const tensorManner = (mode: 'update' | 'step'): Manner<tf.Tensor> => ({
  executor: eager,
  mode,
  donate: false,
  add: (a, b) => tf.add(a, b),
  release: (t) => t.dispose(),
  copied: (t) => tf.clone(t),
})
const arrayManner = (mode: 'update' | 'step', precision: 'float64' | 'float32'): Manner<ArrayLeaf> => ({
  executor: referenceExecutor(precision),
  mode,
  donate: false,
  add: (a) => a,
  release: () => undefined,
  copied: (leaf) => leaf,
})

/** A result with its leaves as plain numbers. */
const read = (value: unknown, numbers: (values: readonly number[]) => unknown): unknown =>
  value instanceof tf.Tensor
    ? { shape: value.shape, values: numbers([...value.dataSync()]) }
    : isArray(value)
      ? { shape: value.shape, values: numbers([...value.values]) }
      : Array.isArray(value)
        ? value.map((item: unknown) => read(item, numbers))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, numbers)]))
          : value

const isArray = (value: unknown): value is ArrayLeaf =>
  typeof value === 'object' && value !== null && 'values' in value && value.values instanceof Float64Array

/** NaN as one class, −0 apart from 0. */
const bits = (values: readonly number[]) => values.map((x) => (Number.isNaN(x) ? 'NaN' : Object.is(x, -0) ? '-0' : x))

const mode = fc.constantFrom('update' as const, 'step' as const)

/** Runs the same program on tensors and on arrays, and leaves nothing behind. */
const both = (
  program: Program,
  leaves: readonly Given[],
  stages: number,
  way: 'update' | 'step',
  precision: 'float64' | 'float32',
  numbers: (values: readonly number[]) => unknown,
) => {
  const before = tf.memory().numTensors
  const arrays = inputs(leaves, stages, arrayLeaf)
  const expected = read(
    run(
      arrayManner(way, precision),
      program,
      { updates: arrays.grads, params: arrays.params, extra: undefined },
      arrays.state,
    ),
    numbers,
  )
  const found: unknown[] = []
  tf.tidy(() => {
    const tensors = inputs(leaves, stages, (values, shape) => tf.tensor([...values], [...shape], 'float32'))
    const made = tf.memory().numTensors
    const result = run(
      tensorManner(way),
      program,
      { updates: tensors.grads, params: tensors.params, extra: undefined },
      tensors.state,
    )
    expect(tf.memory().numTensors - made).toBe(newIn(result, [tensors]))
    found.push(read(result, numbers))
  })
  expect(tf.memory().numTensors).toBe(before)
  return { expected, found: found[0] }
}

const newIn = (result: unknown, old: unknown): number => {
  const known = tensors(old)
  return [...tensors(result)].filter((tensor) => !known.has(tensor)).length
}

const tensors = (value: unknown): ReadonlySet<tf.Tensor> =>
  new Set(
    value instanceof tf.Tensor
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap((item) => [...tensors(item)])
        : [],
  )

describe.skipIf(backendName === 'webgl')('what IEEE 754 rounds correctly', () => {
  test('the float32 reference and tensors agree bit for bit on random programs with special numbers', () => {
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 3 }),
        fc.array(givenLeaf(number), { minLength: 1, maxLength: 4 }),
        number,
        mode,
        (terms, leaves, scalar, way) => {
          const { expected, found } = both(programOf(terms, scalar), leaves, terms.length, way, 'float32', bits)
          expect(found).toEqual(expected)
        },
      ),
      { numRuns: casesOf(150) },
    )
  })
})

test('where the results are exact all interpreters agree, on every backend', () => {
  const dyadic = fc.integer({ min: -8, max: 8 }).map((n) => n / 4)
  const exactTerm = fc.array(
    fc.record({ op: fc.constantFrom(...exactOps), args: fc.tuple(fc.nat(31), fc.nat(31), fc.nat(31)) }),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(
      exactTerm,
      fc.array(givenLeaf(dyadic), { minLength: 1, maxLength: 3 }),
      dyadic,
      mode,
      (lines, leaves, scalar, way) => {
        const program: Program = {
          segments: [{ kind: 'stage', at: [0], scope: null, equation: exactEquation(lines, scalar) }],
        }
        // the sign of a sum that is zero is nobody's
        const unsigned = (values: readonly number[]) => values.map((x) => x + 0)
        const { expected, found } = both(program, leaves, 1, way, 'float64', unsigned)
        expect(found).toEqual(expected)
      },
    ),
    { numRuns: backendName === 'webgl' ? 5 : casesOf(150) },
  )
})

const exactOps = [
  'add',
  'sub',
  'mul',
  'max',
  'min',
  'neg',
  'abs',
  'sign',
  'where',
  'leafMax',
  'leafSum',
  'treeSum',
  'leafSize',
  'lit',
] as const
interface ExactLine {
  readonly op: (typeof exactOps)[number]
  readonly args: readonly [number, number, number]
}

const slotted = (name: string, scalars: Equation['scalars'], rule: Equation['rule']): Equation => ({
  name,
  scalars,
  rule,
  observes: false,
  host: { count: 0 },
  next: (host) => host,
  slots: { first: { per: 'element', start: 0 }, second: { per: 'leaf', start: 0 } },
})

const exactEquation = (lines: readonly ExactLine[], scalar: number): Equation =>
  slotted(
    'exact',
    () => ({ s: scalar }),
    <A, B>(A: Arithmetic<A, B>) =>
      (x: Readonly<Record<string, A>>, scalars: Readonly<Record<string, A>>) => {
        const values = [x['update'], x['param'], x['first'], x['second'], scalars['s']] as A[] // the names above
        const pick = (i: number): A => values[i % values.length] as A // never empty
        for (const {
          op,
          args: [i, j, k],
        } of lines) {
          const [a, b, c] = [pick(i), pick(j), pick(k)]
          values.push(
            op === 'where'
              ? A.where(A.less(a, b), b, c)
              : op === 'leafSize'
                ? A.leafSize()
                : op === 'lit'
                  ? A.lit((i % 9) / 4)
                  : op === 'neg' ||
                      op === 'abs' ||
                      op === 'sign' ||
                      op === 'leafMax' ||
                      op === 'leafSum' ||
                      op === 'treeSum'
                    ? A[op](a)
                    : A[op](a, b),
          )
        }
        const last = pick(values.length - 1)
        return { update: last, first: pick(values.length - 2), second: A.leafSum(last) }
      },
  )

// Rounding. Positive numbers do not cancel, so the error of each operation can be counted on the way, in units of 2⁻²⁴.

/** What one operation may add, in units of half a last place: 1 is correct rounding. */
const cost: Readonly<
  Record<BackendName | 'float32', { readonly basic: number; readonly sum: number; readonly curved: number }>
> = {
  float32: { basic: 1, sum: 1, curved: 1 },
  cpu: { basic: 1, sum: 16, curved: 2 },
  wasm: { basic: 1, sum: 16, curved: 16 },
  webgl: { basic: 8, sum: 64, curved: 256 },
}

const roundedOps = [
  'add',
  'mul',
  'div',
  'sqrt',
  'max',
  'min',
  'leafMax',
  'leafSum',
  'leafNorm',
  'treeSum',
  'treeNorm',
  'leafSize',
  'exp',
  'log',
  'tanh',
  'pow',
] as const
interface RoundedLine {
  readonly op: (typeof roundedOps)[number]
  readonly args: readonly [number, number]
}

/** One line in any arithmetic, on positive numbers, kept between 1/64 and 64 so that nothing overflows. */
const positive = <A, B>(A: Arithmetic<A, B>, op: RoundedLine['op'], a: A, b: A): A => {
  const value =
    op === 'leafSize'
      ? A.leafSize()
      : op === 'exp'
        ? A.exp(A.min(a, A.lit(1)))
        : op === 'log'
          ? A.log(A.add(a, A.lit(3)))
          : op === 'pow'
            ? A.pow(a, A.lit(1.5))
            : op === 'sqrt' ||
                op === 'tanh' ||
                op === 'leafMax' ||
                op === 'leafSum' ||
                op === 'leafNorm' ||
                op === 'treeSum' ||
                op === 'treeNorm'
              ? A[op](a)
              : A[op](a, b)
  return A.min(A.max(value, A.lit(1 / 64)), A.lit(64))
}

const meant = <A, B>(A: Arithmetic<A, B>, lines: readonly RoundedLine[], start: readonly A[]): A => {
  const values = [...start]
  for (const {
    op,
    args: [i, j],
  } of lines)
    values.push(positive(A, op, values[i % values.length] as A, values[j % values.length] as A)) // never empty
  return values.at(-1) as A // as above
}

/** Relative errors in units of 2⁻²⁴, as the same equation adds them up. */
const errors = ({ basic, sum, curved }: (typeof cost)[BackendName], leaves: number): Arithmetic<number, number> => {
  const never = (): never => {
    throw new Error('no conditions here')
  }
  const most = (a: number, b: number) => Math.max(a, b)
  const none = () => never
  return {
    ...elementwise(none, none),
    where: never,
    lit: () => 0,
    leafSize: () => 0,
    add: (a, b) => most(a, b) + basic,
    mul: (a, b) => a + b + basic,
    div: (a, b) => a + b + basic,
    sqrt: (a) => a / 2 + basic,
    max: most,
    min: most,
    leafMax: (a) => a,
    leafSum: (a) => a + sum,
    leafNorm: (a) => a + sum / 2 + basic,
    treeSum: (a) => a + sum + leaves,
    treeNorm: (a) => a + (sum + leaves) / 2 + basic,
    exp: (a) => a + curved,
    log: (a) => a + curved,
    tanh: (a) => a + curved,
    pow: (a) => 1.5 * a + curved,
    applied: (a, b) => most(a, b) + basic,
  }
}

describe('rounding', () => {
  const lines = fc.array(fc.record({ op: fc.constantFrom(...roundedOps), args: fc.tuple(fc.nat(31), fc.nat(31)) }), {
    minLength: 1,
    maxLength: 6,
  })
  const leaves = fc
    .array(givenLeaf(fc.float({ min: 0.125, max: 4, noNaN: true }), [[], [1], [3], [17], [2, 3]]), {
      minLength: 1,
      maxLength: 3,
    })
    .map((all) => all.map((one) => ({ ...one, graded: true })))

  const within = (
    kind: BackendName | 'float32',
    numRuns: number,
    found: (program: Program, given: readonly Given[]) => { readonly expected: unknown; readonly found: unknown },
  ) => {
    fc.assert(
      fc.property(lines, leaves, (all, given) => {
        const equation = slotted(
          'positive',
          () => ({}),
          <A, B>(A: Arithmetic<A, B>) =>
            (x: Readonly<Record<string, A>>) => {
              const value = meant(A, all, [x['update'], x['param']] as A[]) // the names above
              return { update: value, first: x['first'] as A, second: x['second'] as A } // as above
            },
        )
        const program: Program = { segments: [{ kind: 'stage', at: [0], scope: null, equation }] }
        const bound = meant(errors(cost[kind], given.length), all, [0, 0]) * 2 ** -24 * 1.01 // 1.01: products of errors
        const result = found(program, given)
        const [want, got] = [flat(result.expected), flat(result.found)]
        expect(got.length).toBe(want.length)
        want.forEach((x, i) => expect(Math.abs((got[i] ?? Number.NaN) - x)).toBeLessThanOrEqual(bound * x))
      }),
      { numRuns },
    )
  }

  test('the float32 reference is within the counted bound of the float64 reference', () => {
    within('float32', 200, (program, given) => {
      const arrays = inputs(given, 1, arrayLeaf)
      const result = (precision: 'float64' | 'float32') =>
        run(
          arrayManner('update', precision),
          program,
          { updates: arrays.grads, params: arrays.params, extra: undefined },
          arrays.state,
        )[0]
      return { expected: read(result('float64'), (x) => x), found: read(result('float32'), (x) => x) }
    })
  })

  test('tensors are within the counted bound of the float64 reference', () => {
    within(backendName, backendName === 'webgl' ? 15 : 150, (program, given) => {
      const { expected, found } = both(program, given, 1, 'update', 'float64', (x) => x)
      return { expected: (expected as readonly unknown[])[0], found: (found as readonly unknown[])[0] }
    })
  })
})

const flat = (tree: unknown): readonly number[] =>
  Object.values(tree as Readonly<Record<string, { readonly values: readonly number[] }>>).flatMap(
    ({ values }) => values,
  )

test('an update that is literally zero keeps the parameter itself; one that is zero by chance is added', () => {
  const program = (rule: Equation['rule'], observes = false): Program => ({
    segments: [
      {
        kind: 'stage',
        at: [0],
        scope: null,
        equation: { ...slotted('zero', () => ({ s: 0 }), rule), slots: {}, observes },
      },
    ],
  })
  const literal = program((A) => () => ({ update: A.lit(0) }))
  const chosen = program((A) => (x) => ({
    update: A.where(A.less(A.lit(0), A.lit(1)), A.lit(0), x['update'] ?? A.lit(1)),
  }))
  const scalar = program((A) => (_x, { s }) => ({ update: s ?? A.lit(1) }))
  const stepped = <L>(manner: Manner<L & Leaf>, one: Program, param: L & Leaf, update: L & Leaf): unknown =>
    (
      run(manner, one, { updates: { w: update }, params: { w: param }, extra: undefined }, [{}])[0] as {
        readonly w: unknown
      }
    ).w
  tf.tidy(() => {
    const [param, update] = [tf.scalar(-0), tf.scalar(5)]
    for (const executor of [eager, chooseExecutor().executor]) {
      const manner = { ...tensorManner('step'), executor }
      expect(stepped(manner, literal, param, update)).toBe(param)
      for (const one of [chosen, scalar]) expect(stepped(manner, one, param, update)).not.toBe(param)
    }
  })
  const [param, update] = [arrayLeaf([-0], []), arrayLeaf([5], [])]
  expect(stepped(arrayManner('step', 'float64'), literal, param, update)).toBe(param)
  for (const one of [chosen, scalar])
    expect(stepped(arrayManner('step', 'float64'), one, param, update)).toEqual(arrayLeaf([0], []))
})

test('a sum on a device is one of three levels: a million tenths are 100000, to 2⁻²⁰', () => {
  const size = backendName === 'webgl' ? 2 ** 16 : 2 ** 20
  const equation = slotted(
    'sum',
    () => ({}),
    (A) => (x) => ({
      update: A.treeSum(x['update'] ?? A.lit(0)),
      first: x['first'] ?? A.lit(0),
      second: x['second'] ?? A.lit(0),
    }),
  )
  const program: Program = { segments: [{ kind: 'stage', at: [0], scope: null, equation }] }
  tf.tidy(() => {
    const leaf = tf.fill([size], 0.1)
    const state = [{ count: 0, first: { w: leaf }, second: { w: tf.scalar(0) } }]
    const [tree] = run<tf.Tensor>(
      tensorManner('update'),
      program,
      { updates: { w: leaf }, params: { w: leaf }, extra: undefined },
      state,
    )
    const total = (tree as { readonly w: tf.Tensor }).w.dataSync()[0] ?? 0
    expect(Math.abs(total / size / Math.fround(0.1) - 1)).toBeLessThan(2 ** -20)
  })
})

test('the reference interpreters take leaves without elements', () => {
  const equation = slotted(
    'none',
    () => ({}),
    (A) => (x) => {
      const u = x['update'] ?? A.lit(0)
      const perLeaf = A.leafSum(u)
      return {
        update: A.where(A.less(perLeaf, A.lit(1)), u, A.neg(u)),
        first: x['first'] ?? u,
        second: A.leafSum(A.where(A.less(perLeaf, A.lit(1)), u, u)),
      }
    },
  )
  const program: Program = { segments: [{ kind: 'stage', at: [0], scope: null, equation }] }
  const none: Leaf = arrayLeaf([], [0])
  const [updates, state] = run(
    arrayManner('update', 'float64'),
    program,
    { updates: { w: none }, params: { w: none }, extra: undefined },
    [{ count: 0, first: { w: none }, second: { w: arrayLeaf([9], []) } }],
  )
  expect(read([updates, state], bits)).toEqual([
    { w: { shape: [0], values: [] } },
    [{ count: 0, first: { w: { shape: [0], values: [] } }, second: { w: { shape: [], values: [0] } } }],
  ])
})

describe('the interpreters on arrays and tensors', () => {
  /** The leaf `w` of the updates after one equation without slots, whose update is 3 and whose parameter is 5. */
  const one = (rule: <A, B>(A: Arithmetic<A, B>, update: A, param: A) => A) => {
    // both are given
    const whole: Equation['rule'] = (A) => (x) => ({ update: rule(A, x['update'] as never, x['param'] as never) })
    const program: Program = {
      segments: [
        { kind: 'stage', at: [0], scope: null, equation: { ...slotted('one', () => ({}), whole), slots: {} } },
      ],
    }
    const leaf = (x: number) => ({ w: arrayLeaf([x], [1]) })
    const array = run(
      arrayManner('update', 'float64'),
      program,
      { updates: leaf(3), params: leaf(5), extra: undefined },
      [{}],
    )[0] as { readonly w: ArrayLeaf } // the updates' tree
    const tensor = tf.tidy(
      () =>
        (
          run(
            tensorManner('update'),
            program,
            { updates: { w: tf.tensor1d([3]) }, params: { w: tf.tensor1d([5]) }, extra: undefined },
            [{}],
          )[0] as { readonly w: tf.Tensor }
        ).w.dataSync()[0],
    ) // as above
    return [array.w.values[0], tensor]
  }

  test('truth tables, of conditions that the host knows and of those that it does not', () => {
    const conditions = <A, B>(A: Arithmetic<A, B>, u: A) => ({
      yes: A.less(A.lit(0), A.lit(1)),
      no: A.less(A.lit(1), A.lit(0)),
      seenYes: A.less(A.lit(0), u),
      seenNo: A.less(u, A.lit(0)),
    })
    const names = ['yes', 'no', 'seenYes', 'seenNo'] as const
    for (const a of names) {
      const isTrue = a === 'yes' || a === 'seenYes'
      const value = (rule: <A, B>(A: Arithmetic<A, B>, a: B, u: A) => B) =>
        one((A, u) => A.where(rule(A, conditions(A, u)[a], u), A.lit(1), A.lit(2)))
      expect([a, value((A, x) => A.not(x))]).toEqual([a, isTrue ? [2, 2] : [1, 1]])
      expect([a, value((A, x) => A.not(A.not(x)))]).toEqual([a, isTrue ? [1, 1] : [2, 2]])
      for (const b of names) {
        const other = b === 'yes' || b === 'seenYes'
        expect([a, b, value((A, x, u) => A.and(x, conditions(A, u)[b]))]).toEqual([
          a,
          b,
          isTrue && other ? [1, 1] : [2, 2],
        ])
        expect([a, b, value((A, x, u) => A.or(x, conditions(A, u)[b]))]).toEqual([
          a,
          b,
          isTrue || other ? [1, 1] : [2, 2],
        ])
        expect([a, b, value((A, x, u) => A.not(A.and(A.not(x), A.not(conditions(A, u)[b]))))]).toEqual([
          a,
          b,
          isTrue || other ? [1, 1] : [2, 2],
        ])
        expect([a, b, value((A, x, u) => A.not(A.or(A.not(x), A.not(conditions(A, u)[b]))))]).toEqual([
          a,
          b,
          isTrue && other ? [1, 1] : [2, 2],
        ])
      }
    }
  })

  test('what a loop over a list hands over beside its items is not looked at', () => {
    expect(one((A, u) => [u, A.lit(2), u].reduce(A.add))).toEqual(one((A, u) => A.add(A.add(u, A.lit(2)), u)))
    expect(one((A, u) => A.add(A.lit(1), [u].map(A.neg)[0] ?? u))).toEqual(one((A, u) => A.sub(A.lit(1), u)))
    expect(one((A, u) => [u].map(A.leafSum)[0] ?? A.lit(7))).toEqual(one((A, u) => A.leafSum(u)))
    expect(one((A, u) => [u].map(A.treeNorm)[0] ?? A.lit(7))).toEqual(one((A, u) => A.treeNorm(u)))
  })

  test('an operand that is lost is not made up', () => {
    for (const rule of [
      <A, B>(A: Arithmetic<A, B>, u: A) => A.mul(u, undefined as A),
      <A, B>(A: Arithmetic<A, B>, u: A) => A.where(A.less(u, A.lit(0)), u, undefined as A),
    ])
      expect(() => one(rule)).toThrow(TypeError)
  })

  test('what is handed on is the very same leaf', () => {
    const equation = slotted(
      'rest',
      () => ({}),
      (A) => (x) => ({
        update: A.where(A.less(x['update'] ?? A.lit(0), A.lit(0)), x['update'] ?? A.lit(0), x['update'] ?? A.lit(0)),
        first: x['first'] ?? A.lit(0),
        second: A.neg(x['second'] ?? A.lit(0)),
      }),
    )
    const program: Program = { segments: [{ kind: 'stage', at: [0], scope: null, equation }] }
    const kept = <L extends Leaf>(manner: Manner<L>, make: (values: number[], shape: number[]) => L): void => {
      const [w, p] = [make([1, 2], [2]), make([3, 4], [2])]
      const state = [{ count: 0, first: { w: make([5, 6], [2]) }, second: { w: make([7], []) } }]
      const [updates, next] = run(manner, program, { updates: { w }, params: { w: p }, extra: undefined }, state) as [
        { readonly w: L },
        typeof state,
      ] // a state of one record
      expect(updates.w).toBe(w)
      expect(next[0]?.first.w).toBe(state[0]?.first.w)
      expect(next[0]?.second.w).not.toBe(state[0]?.second.w)
    }
    kept(arrayManner('update', 'float64'), arrayLeaf)
    tf.tidy(() => kept(tensorManner('update'), (values, shape) => tf.tensor(values, shape, 'float32')))
  })

  test('a sum over the tree goes from the first leaf to the last, whatever their classes', () => {
    const equation: Equation = {
      ...slotted(
        'sum',
        () => ({}),
        (A) => (x) => ({ update: A.treeSum(x['param'] ?? A.lit(0)) }),
      ),
      slots: {},
      observes: true,
    }
    const program: Program = { segments: [{ kind: 'stage', at: [0], scope: null, equation }] }
    const leaf = (x: number) => arrayLeaf([x], [])
    // In float32 (2²⁷ + 1) − 2²⁷ is 0, and (2²⁷ − 2²⁷) + 1 is 1. The leaf in the middle has no gradient.
    const [updates] = run(
      arrayManner('update', 'float32'),
      program,
      {
        updates: { a: leaf(0), b: null, c: leaf(0) },
        params: { a: leaf(2 ** 27), b: leaf(1), c: leaf(-(2 ** 27)) },
        extra: undefined,
      },
      [{}],
    )
    expect(updates).toEqual({ a: leaf(0), b: null, c: leaf(0) })
  })

  test('a leaf that a state lacks is named as such', () => {
    const equation = slotted(
      'lack',
      () => ({}),
      () => (x) => x,
    )
    const work = (first: readonly (ArrayLeaf | null)[]) => () =>
      referenceExecutor('float64')({
        stages: [{ kind: 'stage', at: [0], scope: null, equation }],
        mode: 'update',
        skeleton: skeletonOf({ w: arrayLeaf([1], []) }, 'params'),
        scalars: [{}],
        donate: false,
        updates: [arrayLeaf([1], [])],
        params: [arrayLeaf([1], [])],
        slots: [{ first, second: [arrayLeaf([1], [])] }],
      })
    for (const first of [[null], []])
      expect(work(first)).toThrow('a leaf is missing in a state: was the state made by this optimizer?')
    expect(work([arrayLeaf([1], [])])).not.toThrow()
  })
})
