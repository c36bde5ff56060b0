import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { whole } from '../../laws/checks/part.js'
import { eachLeaf as leafByLeaf, userMade } from '../../laws/checks/planted/usersWay.js'
import { eachLeaf, norm, sum } from '../../laws/checks/plainRules.js'
import { mapNumbers, type Numbers } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { followsWholeRule, type WholeRule } from '../../laws/transformation/followsWholeRule.js'
import type { Maker } from '../../laws/transformation/Subject.js'
import { describeLaws } from '../../laws/vitest.js'
import { chain } from '../combinators/chain.js'
import { at, matrixOf } from '../linearAlgebra/Matrix.js'
import { qr } from '../linearAlgebra/qr.js'
import { svd } from '../linearAlgebra/svd.js'
import { symmetricEigen } from '../linearAlgebra/symmetricEigen.js'
import { seedOf } from '../scalars/seedOf.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import * as transforms from './index.js'
import { scaleByDionOf } from './scaleByDion.js'
import { scaleByGaloreOf } from './scaleByGalore.js'
import { scaleByKronOf } from './scaleByKron.js'

// What looks at leaves as matrices, written a second time: from the papers, in plain double, a matrix at a time.

type Rows = readonly (readonly number[])[]
const rowsOf = (values: readonly number[], columns: number): Rows =>
  Array.from({ length: values.length / columns }, (_, i) => values.slice(i * columns, (i + 1) * columns))
const turned = (x: Rows): Rows => (x[0] ?? []).map((_, j) => x.map((row) => row[j] ?? Number.NaN))
const times = (a: Rows, b: Rows): Rows => {
  const columns = turned(b)
  return a.map((row) => columns.map((column) => sum(row.map((x, k) => x * (column[k] ?? Number.NaN)))))
}
const map = (f: (...xs: number[]) => number, ...all: readonly Rows[]): Rows =>
  (all[0] ?? []).map((row, i) => row.map((_, j) => f(...all.map((x) => x[i]?.[j] ?? Number.NaN))))
const length = (x: Rows): number => norm(x.flat())
const by = (x: Rows, factor: number): Rows => map((a) => a * factor, x)
const zeros = ({ shape, values }: Numbers): Rows =>
  rowsOf(
    values.map(() => 0),
    shape.at(-1) ?? 1,
  )
const mix = (b: number) => (old: Rows, x: Rows) => map((p = 0, q = 0) => b * p + (1 - b) * q, old, x)

/** A power of a symmetric matrix. */
const powered = (a: Rows, f: (eigenvalue: number) => number): Rows => {
  const { values, vectors } = symmetricEigen(matrixOf(a.length, a.length, (i, j) => a[i]?.[j] ?? 0))
  return a.map((_, i) =>
    a.map((_row, j) => sum([...values].map((x, k) => at(vectors, i, k) * f(x) * at(vectors, j, k)))),
  )
}

const shape = [3, 2] as const
/** Matrices that are far from singular, so that nothing turns on a rounding: those of a few shapes, and what varies. */
const bases: readonly Numbers[] = [
  { shape: [...shape], values: [3, 1, -1, 2, 0.5, -1] },
  { shape: [2, 3], values: [2, -1, 1, 0.5, 3, -2] },
  { shape: [2, 2], values: [3, 1, -1, 1] },
]
const near = (base: Numbers): fc.Arbitrary<Numbers> =>
  fc
    .array(fc.integer({ min: -24, max: 24 }), { minLength: base.values.length, maxLength: base.values.length })
    .map((noise) => ({ ...base, values: base.values.map((x, i) => x + (noise[i] ?? 0) / 64) }))
/** All of them in each case: no kind of shape is left to chance. */
const trainingOf = (some: readonly Numbers[], maxLength = 4, minLength = 1) => {
  const each = fc.record(Object.fromEntries(some.map((base, i) => [nameOf(some, i), near(base)])), {
    noNullPrototype: true,
  })
  return fc.record({ params: each, grads: fc.array(each, { minLength, maxLength }) }, { noNullPrototype: true })
}
/** The same, where each gradient is taken by a number that is drawn, and each of its columns by one in turn. */
const swinging = (factors: readonly number[], some: readonly Numbers[] = bases, maxLength = 4) =>
  fc
    .tuple(
      trainingOf(some, maxLength),
      fc.array(fc.tuple(fc.constantFrom(1, -1), fc.nat({ max: 2 })), { minLength: maxLength, maxLength }),
    )
    .map(([{ params, grads }, swings]) => ({
      params,
      grads: grads.map((g, t) => {
        const [sign, turn] = t === 0 ? [1, 0] : (swings[t] ?? [1, 0])
        const taken = ({ shape: of, values }: Numbers): Numbers => {
          const columns = of.at(-1) ?? 1
          const by = (i: number): number =>
            sign * (t === 0 ? 1 : (factors[((i % columns) + turn) % factors.length] ?? 1))
          return { shape: of, values: values.map((x, i) => x * by(i)) }
        }
        return mapNumbers(taken)(g)
      }),
    }))
/** Gradients that are hardly there, of parameters that are not. */
const faint = (by: number) =>
  trainingOf(bases).map(({ params, grads }) => ({
    params: mapNumbers(none)(params),
    grads: grads.map(mapNumbers((g) => ({ ...g, values: g.values.map((x) => by * x) }))),
  }))
const nameOf = (some: readonly unknown[], i: number): string => (some.length === 1 ? 'w' : `w${i}`)
/** Now and then a first gradient that is zero: what is divided by then? */
const none = ({ shape: of, values }: Numbers): Numbers => ({ shape: of, values: values.map(() => 0) })
const nothingAt = (step: number, some: readonly Numbers[] = bases) =>
  trainingOf(some).map(({ params, grads }) => ({
    params,
    grads: grads.map((g, t) => (t === step ? mapNumbers(none)(g) : g)),
  }))
const startingWithNothing = (some: readonly Numbers[]) =>
  fc.oneof({ weight: 3, arbitrary: trainingOf(some) }, { weight: 1, arbitrary: nothingAt(0, some) })
const sometimesNothing = startingWithNothing(bases)
const outputs = ({ shape: [, columns = 0] }: Numbers): readonly number[] => Array.from({ length: columns }, () => 0)
const options = {
  cases: trainingOf(bases),
  tolerance: 2e-3,
  couples: true,
  guests: false,
  reference: true,
  counted: 'count',
}

const nothing = { cases: sometimesNothing }
const follows = <S>(maker: Maker, rule: WholeRule<S>, more = {}): Suite =>
  followsWholeRule(maker, rule, { ...options, ...more })

/** A rule of each matrix. */
const eachMatrix = <S>(
  init: (param: Numbers, leaf: number) => S,
  next: (g: Rows, kept: S, count: number) => readonly [Rows, S],
  state?: Shown<S>,
): WholeRule<readonly S[]> =>
  eachLeaf(
    init,
    (g, kept, { count }) => {
      const [update, then] = next(rowsOf(g.values, g.shape.at(-1) ?? 1), kept, count)
      return [update.flat(), then]
    },
    state,
  )
type Shown<S> = (kept: S) => Readonly<Record<string, readonly number[] | undefined>>
/** What is kept of either side, where there is any. */
const sided = (one: string, other: string, [left, right]: readonly (Rows | null | undefined)[]) => ({
  [one]: left?.flat(),
  [other]: right?.flat(),
})

type Quintic = readonly [number, number, number]
// as published: Jordan's, Ahn's and Amsel's
const jordan: Quintic = [3.4445, -4.775, 2.0315]
const ahn: readonly Quintic[] = [
  [4.0848, -6.8946, 2.927],
  [3.9505, -6.3029, 2.6377],
  [3.7418, -5.5913, 2.3037],
  [2.8769, -3.1427, 1.2046],
  [2.8366, -3.0525, 1.2012],
]
const amsel: readonly Quintic[] = [
  [8.28721201814563, -23.595886519098837, 17.300387312530933],
  [4.107059111542203, -2.9478499167379106, 0.5448431082926601],
  [3.9486908534822946, -2.908902115962949, 0.5518191394370137],
  [3.3184196573706015, -2.488488024314874, 0.51004894012372],
  [2.300652019954817, -1.6689039845749494, 0.4188073119525673],
  [1.891301407787398, -1.2679958271945868, 0.37680408948524835],
  [1.8750014808534479, -1.2500016453999487, 0.3750001645474248],
  [1.875, -1.25, 0.375],
]
const safe = amsel.map(([a, b, c], i): Quintic => (i === 7 ? [a, b, c] : [a / 1.01, b / 1.01 ** 3, c / 1.01 ** 5]))
const five = [jordan, jordan, jordan, jordan, jordan]

type Before = 'frobenius' | 'spectral' | 'aol' | 'schatten'
/** The nearest orthogonal matrix, nearly: by iterations on singular values. */
const orthogonal = (given: Rows, coefficients: readonly Quintic[], before: Before, eps: number): Rows => {
  const [rows, columns] = [given.length, given[0]?.length ?? 0]
  if (rows > columns) return turned(orthogonal(turned(given), coefficients, before, eps))
  const gram = times(given, turned(given))
  const sizes = {
    frobenius: () => gram.map(() => length(given) + eps),
    spectral: () =>
      gram.map(
        () => Math.sqrt(Math.max(...symmetricEigen(matrixOf(rows, rows, (i, j) => gram[i]?.[j] ?? 0)).values)) + eps,
      ),
    aol: () => gram.map((row) => Math.sqrt(Math.max(sum(row.map(Math.abs)), eps))),
    schatten: () => gram.map(() => Math.sqrt(Math.max(length(gram), eps))),
  }[before]()
  const start = given.map((row, i) => row.map((x) => x / (sizes[i] || 1)))
  return coefficients.reduce<Rows>((x, [a, b, c]) => {
    const A = times(x, turned(x))
    const B = map((p = 0, q = 0) => b * p + c * q, A, times(A, A))
    return map((p = 0, q = 0) => a * p + q, x, times(B, x))
  }, start)
}

type Scaling = 'none' | 'original' | 'moonlight' | 'spectral' | number
const scaleOf = (scaling: Scaling, fanIn: number, fanOut: number): number => {
  if (scaling === 'none') return 1
  if (scaling === 'original') return Math.max(1, fanOut / fanIn) ** 0.5
  if (scaling === 'spectral') return (fanOut / fanIn) ** 0.5
  return (scaling === 'moonlight' ? 0.2 : scaling) * Math.max(fanIn, fanOut) ** 0.5
}

interface Momentum {
  readonly nesterov: boolean
  readonly debias: boolean
}
/** Momentum as Muon has it, with a decay of ½; what goes on, and what is kept. */
const momentum = (g: Rows, old: Rows, count: number, { nesterov, debias }: Momentum): readonly [Rows, Rows] => {
  const m = mix(0.5)(old, g)
  const c = (t: number): number => (debias ? 1 - 0.5 ** t : 1)
  const ahead = map((x = 0, y = 0) => (0.5 * x) / c(count + 2) + (0.5 * y) / c(count + 1), m, g)
  return [nesterov ? ahead : by(m, 1 / c(count + 1)), m]
}

interface Muon extends Momentum {
  readonly nsCoeffs: Parameters<typeof transforms.scaleByMuon>[0] extends infer O | undefined
    ? O extends { readonly nsCoeffs?: infer C }
      ? C
      : never
    : never
  readonly nsSteps: number
  readonly taken: readonly Quintic[]
  readonly preconditioning: Before
  readonly eps: number
  readonly adaptive: boolean
  readonly scaling: Scaling
}
const muons: readonly Muon[] = [
  {
    nsCoeffs: 'standard',
    nsSteps: 5,
    taken: five,
    preconditioning: 'frobenius',
    eps: 0.5,
    nesterov: true,
    debias: true,
    adaptive: false,
    scaling: 'none',
  },
  {
    nsCoeffs: 'dion',
    nsSteps: 5,
    taken: ahn,
    preconditioning: 'spectral',
    eps: 0.5,
    nesterov: false,
    debias: true,
    adaptive: false,
    scaling: 'spectral',
  },
  {
    nsCoeffs: 'polarExpress',
    nsSteps: 9,
    taken: safe,
    preconditioning: 'aol',
    // so short that eight iterations do not end at 1, where all coefficients lead
    eps: 2 ** 40,
    nesterov: true,
    debias: false,
    adaptive: false,
    scaling: 'moonlight',
  },
  ...[
    { nsSteps: 7, eps: 2 ** 40 },
    { nsSteps: 8, eps: 2 },
  ].map((o) => ({
    ...o,
    nsCoeffs: 'polarExpress' as const,
    taken: safe.slice(0, o.nsSteps),
    preconditioning: 'aol' as const,
    nesterov: false,
    debias: false,
    adaptive: false,
    scaling: 'none' as const,
  })),
  {
    nsCoeffs: 'polarExpress',
    nsSteps: 1,
    taken: safe.slice(0, 1),
    preconditioning: 'frobenius',
    eps: 0.001,
    nesterov: false,
    debias: false,
    adaptive: false,
    scaling: 'none',
  },
  {
    nsCoeffs: [1.5, -0.5, 0.1],
    nsSteps: 2,
    taken: [
      [1.5, -0.5, 0.1],
      [1.5, -0.5, 0.1],
    ],
    preconditioning: 'schatten',
    eps: 0.001,
    nesterov: false,
    debias: false,
    adaptive: true,
    scaling: 0.5,
  },
  {
    nsCoeffs: [jordan, [1.5, -0.5, 0]],
    nsSteps: 5,
    taken: [jordan, [1.5, -0.5, 0]],
    preconditioning: 'aol',
    eps: 0.001,
    nesterov: true,
    debias: true,
    adaptive: false,
    scaling: 'original',
  },
]
const muon = ({ taken, preconditioning, eps, adaptive, scaling, ...m }: Muon) =>
  eachMatrix(zeros, (g, old, count) => {
    const [x, kept] = momentum(g, old, count, m)
    const u = orthogonal(x, taken, preconditioning, eps)
    const dual = adaptive ? sum(map((p = 0, q = 0) => p * q, x, u).flat()) : 1
    return [by(u, dual * scaleOf(scaling, g.length, g[0]?.length ?? 0)), kept]
  })

/** The columns at the same length, by the mean of their squares. */
const evened = (x: Rows, nu: readonly number[], beta2: number) => {
  const next = turned(x).map((column, j) => beta2 * (nu[j] ?? 0) + (1 - beta2) * (norm(column) ** 2 / x.length))
  const y = x.map((row) => row.map((one, j) => one / (Math.sqrt(next[j] ?? 0) + 1e-8)))
  return { update: by(y, length(x) / (length(y) || 1)), next }
}

const few = { nsCoeffs: 'standard', nsSteps: 5, beta: 0.5, beta2: 0.75, eps: 0.25 } as const
const still = { nesterov: false, debias: false }
/** A momentum of its own, and an ε that is seen. */
const slow = { ...still, beta: 0.5, eps: 0.5 }

const orthogonalized: readonly Suite[] = [
  ...muons.map((o) => {
    const { taken: _, ...given } = o
    return follows(() => transforms.scaleByMuon({ ...given, beta: 0.5 }), muon(o), nothing)
  }),
  // a matrix whose rows are its outputs
  follows(
    () =>
      transforms.scaleByMuon({
        ...slow,
        preconditioning: 'aol',
        scaling: 'spectral',
        weightDimensionNumbers: { w: { reductionAxis: 1, outputAxis: 0 } },
      }),
    eachMatrix(zeros, (g, old, count) => {
      const [x, kept] = momentum(g, old, count, still)
      const u = turned(orthogonal(turned(x), five, 'aol', 0.5))
      return [by(u, scaleOf('spectral', g[0]?.length ?? 0, g.length)), kept]
    }),
    { cases: trainingOf(bases.slice(2)) },
  ),
  // one of two rows, whose outputs are all other axes
  follows(
    () =>
      transforms.scaleByMuon({
        ...slow,
        scaling: 'none',
        weightDimensionNumbers: { w: { reductionAxis: 0, outputAxis: [1, 2] } },
      }),
    eachLeaf(
      ({ values }): Rows =>
        rowsOf(
          values.map(() => 0),
          6,
        ),
      (g, old, { count }) => {
        const [x, kept] = momentum(rowsOf(g.values, 6), old, count, still)
        return [orthogonal(x, five, 'frobenius', 0.5).flat(), kept]
      },
    ),
    { cases: trainingOf([{ shape: [2, 3, 2], values: Array.from({ length: 12 }, (_, i) => Math.sin(3 * i) * 3) }], 2) },
  ),
  // a stack of matrices, whose rows are the last axis, and its columns the first two
  follows(
    () =>
      transforms.scaleByMuon({
        ...slow,
        scaling: 'original',
        weightDimensionNumbers: () => ({
          w: {
            reductionAxis: -1,
            outputAxis: [2, 0],
          },
        }),
      }),
    eachLeaf(
      ({ values }): readonly number[] => values.map(() => 0),
      (g, old) => {
        // [a, s, b, r] → for each s a matrix r × (b, a)
        const m = g.values.map((x, i) => 0.5 * (old[i] ?? 0) + 0.5 * x)
        const place = (a: number, s: number, b: number, r: number): number => ((a * 2 + s) * 2 + b) * 3 + r
        const out = m.map(() => 0)
        for (const s of [0, 1]) {
          const x = [0, 1, 2].map((r) => [0, 1].flatMap((b) => [0, 1].map((a) => m[place(a, s, b, r)] ?? 0)))
          const u = by(orthogonal(x, five, 'frobenius', 0.5), Math.sqrt(4 / 3))
          u.forEach((row, r) => row.forEach((one, j) => (out[place(j % 2, s, Math.floor(j / 2), r)] = one)))
        }
        return [out, m]
      },
    ),
    {
      cases: trainingOf(
        [{ shape: [2, 2, 2, 3], values: Array.from({ length: 24 }, (_, i) => Math.sin(3 * i) * 3) }],
        2,
      ),
    },
  ),
  ...(
    [
      ['moonlight', 0.25],
      ['original', 0.25],
      ['moonlight', 4],
    ] as const
  ).map(([scaling, eps]) =>
    follows(
      () => transforms.scaleByAdamuon({ ...few, eps, nesterov: true, scaling }),
      eachMatrix(
        (param) => ({ m: zeros(param), v: zeros(param) }),
        (g, { m, v }, count) => {
          const [x, kept] = momentum(g, m, count, { nesterov: true, debias: false })
          const u = orthogonal(x, five, 'frobenius', 0)
          const next = mix(0.75)(
            v,
            map((a) => a * a, u),
          )
          const [rows, columns] = [g.length, g[0]?.length ?? 0]
          const c = scaling === 'moonlight' ? 1 : 1 - 0.75 ** (count + 1)
          const y = map((a = 0, b = 0) => a / (Math.sqrt(b / c) + eps), u, next)
          const size =
            scaling === 'moonlight'
              ? (0.2 * Math.sqrt(rows * columns)) / (length(y) || 1)
              : scaleOf(scaling, rows, columns)
          return [by(y, size), { m: kept, v: next }]
        },
        ({ m, v }) => ({ mu: m.flat(), 'elements.nu': v.flat() }),
      ),
      nothing,
    ),
  ),
  ...[nothing, { cases: faint(2 ** -42) }].map((more) =>
    follows(
      () => transforms.scaleByNormuon({ ...few, nesterov: false, scaling: 'original' }),
      eachMatrix(
        (param) => ({ m: zeros(param), nu: outputs(param) }),
        (g, { m, nu }, count) => {
          const [x, kept] = momentum(g, m, count, still)
          const { update, next } = evened(orthogonal(x, five, 'frobenius', 0.25), nu, 0.75)
          return [by(update, scaleOf('original', g.length, g[0]?.length ?? 0)), { m: kept, nu: next }]
        },
        ({ m, nu }) => ({ mu: m.flat(), 'outputs.nu': nu }),
      ),
      more,
    ),
  ),
  ...[
    { fraction: 0.5, evened: false },
    { fraction: 0.6, evened: true },
    { fraction: 0, evened: false },
    { fraction: 0.2, evened: true },
  ].map((o) =>
    follows(
      () =>
        transforms.scaleByDion2({
          ...o,
          efDecay: 0.5,
          beta2: 0.75,
          nsCoeffs: 'standard',
          eps: 0.25,
          scaling: 'spectral',
        }),
      eachMatrix(
        (param) => ({ m: zeros(param), nu: outputs(param) }),
        (g, { m, nu }) => {
          const all = map((a = 0, b = 0) => a + b, m, g)
          const [rows, columns] = [g.length, g[0]?.length ?? 0]
          const inRows = columns > rows && !o.evened
          const slices = inRows ? all : turned(all)
          const sizes = slices.map((slice) => sum(slice.map(Math.abs)))
          const many = Math.max(1, Math.ceil(o.fraction * slices.length))
          const most = sizes
            .map((_, i) => i)
            .toSorted((i, j) => (sizes[j] ?? 0) - (sizes[i] ?? 0) || i - j)
            .slice(0, many)
          const has = (i: number, j: number): boolean => most.includes(inRows ? i : j)
          const x = orthogonal(
            all.map((row, i) => row.map((one, j) => (has(i, j) ? one : 0))),
            five,
            'frobenius',
            0.25,
          )
          const { update, next } = o.evened ? evened(x, nu, 0.75) : { update: x, next: nu }
          return [
            by(update, scaleOf('spectral', rows, columns)),
            {
              m: all.map((row, i) => row.map((one, j) => (has(i, j) ? one / 2 : one))),
              nu: next.map((one, j) => (most.includes(j) ? one : (nu[j] ?? 0))),
            },
          ]
        },
        ({ m, nu }) => ({ mu: m.flat(), nu }),
      ),
      nothing,
    ),
  ),
]

interface Soap {
  readonly b: number
  readonly every: number
  readonly most: number
  readonly normalizeGrads: boolean
  readonly correctBias: boolean
}
/** SOAP's state: averages, and the bases of both sides. */
interface Turned {
  readonly m: Rows
  readonly v: Rows
  readonly sides: readonly (Rows | null)[]
  readonly bases: readonly (Rows | null)[]
}
const one = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_x, j) => (i === j ? 1 : 0)))
const soap = ({ b, every, most, normalizeGrads, correctBias }: Soap) =>
  eachMatrix<Turned>(
    (param) => {
      const lengths = [param.shape[0] ?? 0, param.shape[1] ?? 0].map((n) => (n > most ? null : n))
      return {
        m: zeros(param),
        v: zeros(param),
        sides: lengths.map((n) => (n === null ? null : by(one(n), 0))),
        bases: lengths.map((n) => (n === null ? null : one(n))),
      }
    },
    (g, { m, v, sides, bases: old }, count) => {
      const grams = [times(g, turned(g)), times(turned(g), g)]
      const next = sides.map((side, i) => (side === null ? null : mix(b)(side, grams[i] ?? [])))
      if (count === 0)
        return [by(g, 0), { m, v, sides: next, bases: next.map((a) => (a === null ? null : eigenvectors(a))) }]
      const [p = null, q = null] = old
      const turn = (x: Rows): Rows => {
        const left = p === null ? x : times(turned(p), x)
        return q === null ? left : times(left, q)
      }
      const back = (x: Rows): Rows => {
        const left = p === null ? x : times(p, x)
        return q === null ? left : times(left, turned(q))
      }
      const moment = mix(0.5)(m, g)
      const second = mix(0.75)(
        v,
        map((a) => a * a, turn(g)),
      )
      const u = back(map((a = 0, s = 0) => a / (Math.sqrt(s) + 0.25), turn(moment), second))
      const c = correctBias ? Math.sqrt(1 - 0.75 ** count) / (1 - 0.5 ** count) : 1
      const size = normalizeGrads ? Math.sqrt(u.flat().length) / (length(u) || 1) : 1
      const due = count % every === 0
      const moved = old.map((basis, i) => {
        const side = next[i] ?? null
        return due && basis !== null && side !== null ? powerStep(side, basis) : null
      })
      const [left = null, right = null] = moved
      const byRow = left === null ? second : left.order.map((i) => second[i] ?? [])
      const sorted = right === null ? byRow : byRow.map((row) => right.order.map((j) => row[j] ?? Number.NaN))
      return [
        by(u, c * size),
        { m: moment, v: sorted, sides: next, bases: old.map((basis, i) => moved[i]?.basis ?? basis) },
      ]
    },
    // without bases, whose signs and order a rounding may decide
    ({ m, sides }) => ({ mu: m.flat(), ...sided('left', 'right', sides) }),
  )
const eigenvectors = (a: Rows): Rows => {
  const { values, vectors } = symmetricEigen(matrixOf(a.length, a.length, (i, j) => a[i]?.[j] ?? 0))
  const order = [...values].map((_, k) => k).toSorted((i, j) => (values[j] ?? 0) - (values[i] ?? 0))
  return a.map((_, i) => order.map((k) => at(vectors, i, k)))
}
const powerStep = (a: Rows, basis: Rows) => {
  const grown = times(a, basis)
  const sizes = basis.map((_, j) => sum(basis.map((row, i) => (row[j] ?? 0) * (grown[i]?.[j] ?? 0))))
  const order = sizes.map((_, j) => j).toSorted((i, j) => (sizes[j] ?? 0) - (sizes[i] ?? 0))
  const n = a.length
  const { q } = qr(matrixOf(n, n, (i, j) => grown[i]?.[order[j] ?? 0] ?? Number.NaN))
  return { order, basis: a.map((_, i) => a.map((_row, j) => at(q, i, j))) }
}

interface Shampoo {
  readonly b2: number
  readonly every: number
  readonly from?: number
  readonly most: number
}
interface Roots {
  readonly m: Rows
  readonly v: Rows
  readonly sums: readonly (Rows | null)[]
  readonly roots: readonly (Rows | null)[]
}
const shampoo = ({ b2, every, from = every, most }: Shampoo) =>
  eachLeaf<Roots>(
    (param) => {
      const vector = param.shape.length < 2
      const [rows, columns] = vector ? [param.values.length, 1] : [param.shape[0] ?? 0, param.shape[1] ?? 0]
      const lengths = [rows > most ? null : rows, vector || columns > most ? null : columns]
      const start = rowsOf(
        param.values.map(() => 0),
        columns,
      )
      return {
        m: start,
        v: start,
        sums: lengths.map((n) => (n === null ? null : by(one(n), 0))),
        roots: lengths.map((n) => (n === null ? null : one(n))),
      }
    },
    (leaf, { m, v, sums, roots }, { count }) => {
      const t = count + 1
      const vector = leaf.shape.length < 2
      const g = rowsOf(leaf.values, vector ? 1 : (leaf.shape[1] ?? 1))
      const [moment, second] = [
        mix(0.5)(m, g),
        mix(0.75)(
          v,
          map((a) => a * a, g),
        ),
      ]
      const mean = by(moment, 1 / (1 - 0.5 ** t))
      const grafted = map((a = 0, s = 0) => a / (Math.sqrt(s / (1 - 0.75 ** t)) + 0.25), mean, second)
      const grams = [times(g, turned(g)), times(turned(g), g)]
      const next = sums.map((side, i) =>
        side === null ? null : map((a = 0, x = 0) => (b2 === 1 ? a + x : b2 * a + (1 - b2) * x), side, grams[i] ?? []),
      )
      const due = t >= from && (t === Math.max(1, from) || t % every === 0)
      const size = b2 === 1 ? 1 : 1 - b2 ** t
      const taken = roots.map((old, i) => {
        const side = next[i] ?? null
        return due && side !== null
          ? powered(side, (x) => (Math.max(x, 0) / size + 0.25) ** (vector ? -0.5 : -0.25))
          : old
      })
      const [p = null, q = null] = taken
      const left = p === null ? mean : times(p, mean)
      const s = q === null ? left : times(left, q)
      const ready = t >= from && (p !== null || q !== null)
      const u = ready ? by(s, length(s) === 0 ? 0 : length(grafted) / length(s)) : grafted
      return [u.flat(), { m: moment, v: second, sums: next, roots: taken }]
    },
    ({ m, v, sums, roots }) => ({
      mu: m.flat(),
      nu: v.flat(),
      ...sided('left', 'right', sums),
      ...sided('leftRoot', 'rightRoot', roots),
    }),
  )

interface Kron {
  readonly memorySaveMode: 'none' | 'oneDiag' | 'allDiag'
  readonly maxSizeTriangular: number
  readonly probability: (count: number) => number
}
/** One factor: a triangle, or the diagonal of one. */
interface Factor {
  readonly triangle: boolean
  readonly rows: Rows
}
interface Fitted {
  readonly m: Rows
  readonly waited: number
  readonly left: Factor
  readonly right: Factor | null
}
type Drawn = (size: readonly number[], text: string) => Iterable<number> & ArrayLike<number>
/** Those that are drawn. */
const normals: Drawn = (size, text) =>
  tf.tidy(() => tf.randomNormal([...size], 0, 1, 'float32', seedOf(text)).dataSync())
/** Numbers in their place. */
const drawn = (size: readonly number[], text: string): Float64Array =>
  Float64Array.from({ length: sizeOf(size) }, (_, i) =>
    Math.sin(5 * i + [...text].reduce((all, letter) => 3 * all + (letter.codePointAt(0) ?? 0), 0)),
  )
const diagonal = (a: Rows): Rows => a.map((row, i) => row.map((x, j) => (i === j ? x : 0)))
const largest = (a: Rows): number => Math.max(...a.flat().map(Math.abs))
/** From the longest column. */
const normAbove = (a: Rows): number => {
  const most = largest(a)
  const x = by(a, 1 / most)
  const lengths = turned(x).map((column) => norm(column) ** 2)
  const mask = lengths.map((one) => [one < Math.max(...lengths) ? 0 : 1])
  const column = times(x, times(x, mask))
  return length(times(x, by(column, 1 / length(column)))) * most
}
const upper = (a: Rows): Rows => a.map((row, i) => row.map((x, j) => (j < i ? 0 : x)))
const inverse = (a: Rows): Rows => {
  const n = a.length
  // an upper triangle, from the last row up
  const found = one(n).map((row) => [...row])
  for (let j = 0; j < n; j++)
    for (let i = n - 1; i >= 0; i--) {
      const rest = sum(found.map((row, k) => (k > i ? (a[i]?.[k] ?? 0) * (row[j] ?? 0) : 0)))
      const target = found[i]
      if (target !== undefined) target[j] = ((i === j ? 1 : 0) - rest) / (a[i]?.[i] ?? Number.NaN)
    }
  return found
}
const after = (f: Factor, ours: Rows, theirs: Rows): Factor => {
  const gap = map((x = 0, y = 0) => x - y, ours, theirs)
  const both = map((x = 0, y = 0) => x + y, ours, theirs)
  const move = f.triangle
    ? by(times(upper(gap), f.rows), 0.25 / normAbove(both))
    : by(times(diagonal(gap), f.rows), 0.25 / largest(diagonal(both)))
  return { ...f, rows: map((x = 0, y = 0) => x - y, f.rows, move) }
}
/** A triangle as it is, or a diagonal as its numbers. */
const held = ({ triangle, rows }: Factor): Rows => (triangle ? rows : [rows.map((row, i) => row[i] ?? Number.NaN)])
const kron = (
  { memorySaveMode, maxSizeTriangular, probability }: Kron,
  {
    count: before = 0,
    waited = 0,
    normals = drawn,
  }: { readonly count?: number; readonly waited?: number; readonly normals?: Drawn } = {},
) =>
  eachLeaf<Fitted>(
    (param) => {
      const vector = param.shape.length < 2
      const [rows = 1, columns = 1] = vector ? [param.values.length, 1] : param.shape
      const triangle = (own: number, other: number, longer: boolean): boolean =>
        !vector &&
        own <= maxSizeTriangular &&
        (memorySaveMode === 'none' || (memorySaveMode === 'oneDiag' && own <= other && !longer))
      return {
        m: rowsOf(
          param.values.map(() => 0),
          columns,
        ),
        waited,
        left: { triangle: triangle(rows, columns, false), rows: one(rows) },
        right: vector ? null : { triangle: triangle(columns, rows, columns === rows), rows: one(columns) },
      }
    },
    (leaf, kept, { count: steps, leaf: i }) => {
      const count = before + steps
      const columns = leaf.shape.length < 2 ? 1 : (leaf.shape[1] ?? 1)
      const m = mix(0.5)(kept.m, rowsOf(leaf.values, columns))
      const x = by(m, 1 / (1 - 0.5 ** (count + 1)))
      const due = kept.waited + 1 >= 1 / probability(count)
      let { left, right } = kept
      if (due) {
        if (right !== null) {
          const [a, b] = [largest(left.rows), largest(right.rows)]
          left = { ...left, rows: by(left.rows, Math.sqrt(a * b) / a) }
          right = { ...right, rows: by(right.rows, Math.sqrt(a * b) / b) }
        }
        const V = rowsOf([...normals(leaf.shape, `7/${count}/w${i}`)], columns)
        const fit = times(left.rows, x)
        const A = right === null ? fit : times(fit, turned(right.rows))
        const solved = times(turned(inverse(left.rows)), V)
        const B = right === null ? solved : times(solved, inverse(right.rows))
        left = after(left, times(A, turned(A)), times(B, turned(B)))
        right = right === null ? null : after(right, times(turned(A), A), times(turned(B), B))
      }
      const onLeft = times(times(turned(left.rows), left.rows), x)
      const both = right === null ? onLeft : times(onLeft, times(turned(right.rows), right.rows))
      const rms = length(both) / Math.sqrt(leaf.values.length)
      return [by(both, Math.min(1, 1.1 / (rms + 1e-8))).flat(), { m, left, right, waited: due ? 0 : kept.waited + 1 }]
    },
    ({ m, left, right }) => ({
      mu: m.flat(),
      ...sided('left', 'right', [held(left), right === null ? null : held(right)]),
    }),
  )

/** GaLore with momentum and decay inside, both of what is projected. */
interface Projected {
  readonly p: Rows | null
  readonly trace: Rows
}
const galore = (
  rank: number,
  gap: number,
  scale: number,
  signsOf?: (columns: number, turn: number, leaf: number) => readonly number[],
) =>
  eachLeaf<Projected>(
    ({ shape: of, values }) => {
      if (of.length < 2) return { p: null, trace: rowsOf(values, 1).map(() => [0]) }
      const [rows = 0, columns = 0] = of
      const small = Math.min(rank, rows, columns)
      const blank = (m: number, n: number): Rows => Array.from({ length: m }, () => Array.from({ length: n }, () => 0))
      return {
        p: blank(Math.max(rows, columns), small),
        trace: rows >= columns ? blank(small, columns) : blank(rows, small),
      }
    },
    (leaf, { p: before, trace }, { param, count, leaf: i }) => {
      const columns = leaf.shape.length < 2 ? 1 : (leaf.shape[1] ?? 1)
      const [g, w] = [rowsOf(leaf.values, columns), rowsOf(param.values, columns)]
      const inside = (low: Rows, at: Rows): readonly [Rows, Rows] => {
        const next = map((x = 0, y = 0) => x / 2 + y, trace, low)
        return [map((x = 0, y = 0) => x + y / 4, next, at), next]
      }
      if (leaf.shape.length < 2) {
        const [u, next] = inside(g, w)
        return [u.flat(), { p: null, trace: next }]
      }
      const tall = g.length >= columns
      let p = before
      if (count % gap === 0) {
        const { u, v } = svd(matrixOf(g.length, columns, (i, j) => g[i]?.[j] ?? 0))
        const side = tall ? u : v
        const first = Array.from({ length: side.rows }, (_, i) =>
          Array.from({ length: Math.min(rank, side.columns) }, (_x, j) => at(side, i, j)),
        )
        const signs =
          signsOf?.(first[0]?.length ?? 0, count / gap, i) ??
          turned(first).map((column, j) => (sum(column.map((x, k) => x * (before?.[k]?.[j] ?? 0))) < 0 ? -1 : 1))
        p = first.map((row) => row.map((x, j) => x * (signs[j] ?? 1)))
      }
      if (p === null) throw new Error('no projector before the first step')
      const down = (x: Rows): Rows => (tall ? times(turned(p), x) : times(x, p))
      const [low, next] = inside(down(g), down(w))
      return [by(tall ? times(p, low) : times(low, turned(p)), scale).flat(), { p, trace: next }]
    },
    ({ p, trace }) => ({ projector: p?.flat(), 'base.0.trace': trace.flat() }),
  )

const vector: Numbers = { shape: [3], values: [1, -2, 3] }
const withVector = trainingOf([...bases, vector])
const projected = [...bases, vector, { shape: [1, 3], values: [2, -1, 1] }]
const signsAt = (columns: number, text: string): readonly number[] =>
  [...drawn([columns], text)].map((x) => (x < 0 ? -1 : 1))

/** A transformation in the middle of a training, by the numbers of its state. */
const startingAt =
  (maker: () => AnyTransformation, host: object): Maker =>
  () => {
    const tx = maker() as Transformation<Opaque> // only passed on
    return { ...tx, init: (params: never) => ({ ...(tx.init(params) as object), ...host }) } as AnyTransformation // its state
  }
const annealed = (count: number): number => Math.min(1, Math.max(0.03, Math.exp((500 - count) / 1000)))

/** Rows made orthonormal, one after the other. */
const orthonormal = (x: Rows): Rows =>
  x.reduce<Rows>((found, row) => {
    const rest = found.reduce<readonly number[]>((left, q) => {
      const along = sum(left.map((a, i) => a * (q[i] ?? 0)))
      return left.map((a, i) => a - along * (q[i] ?? 0))
    }, row)
    return [...found, rest.map((a) => a / (norm(rest) || 1))]
  }, [])
const dion = (rank: number, scaling: Scaling, eps: number) =>
  eachMatrix<{ readonly m: Rows; readonly q: Rows }>(
    (param, leaf) => {
      const [rows = 0, columns = 0] = param.shape
      const r = Math.min(rank, rows, columns)
      return { m: zeros(param), q: rowsOf([...drawn([rows, r], `7/w${leaf}`)], r) }
    },
    (g, { m, q }) => {
      const b = map((x = 0, y = 0) => x + y, m, g)
      const p = orthonormal(times(turned(q), b))
      const r = times(b, turned(p))
      const unit = turned(turned(r).map((column) => column.map((x) => x / Math.max(norm(column) + eps, 1e-30))))
      const kept = map((x = 0, y = 0) => x - y / 4, b, times(r, p))
      return [by(times(unit, p), scaleOf(scaling, g.length, g[0]?.length ?? 0)), { m: kept, q: unit }]
    },
    ({ m, q }) => ({ mu: m.flat(), basis: q.flat() }),
  )

const turning: readonly Suite[] = [
  ...[
    { rank: 1, gap: 2, size: 0.5 },
    { rank: 9, gap: 1, size: 2 },
  ].map(({ rank, gap, size }) =>
    follows(
      () =>
        transforms.scaleByGalore({
          rank,
          updateProjGap: gap,
          scale: size,
          baseOptimizer: chain(transforms.trace({ decay: 0.5 }), transforms.addDecayedWeights({ weightDecay: 0.25 })),
        }),
      galore(rank, gap, size),
      { cases: swinging([1], projected), reference: false },
    ),
  ),
  // signs from elsewhere: by leaf and by turn
  follows(
    () =>
      scaleByGaloreOf((vectors, _old, { path, turn }) => signsAt(vectors.columns, `${path}/${turn}`))({
        rank: 2,
        updateProjGap: 2,
        scale: 0.5,
        baseOptimizer: chain(transforms.trace({ decay: 0.5 }), transforms.addDecayedWeights({ weightDecay: 0.25 })),
      }),
    galore(2, 2, 0.5, (columns, turn, leaf) => signsAt(columns, `w${leaf}/${turn}`)),
    { cases: trainingOf(projected), reference: false },
  ),
  // what the base leaves where it is
  follows(
    () =>
      transforms.scaleByGalore({
        rank: 1,
        baseOptimizer: userMade(
          'still',
          () => null,
          (grads, state) => [leafByLeaf(() => null)(grads), state],
        ),
      }),
    { init: () => null, next: (updates) => [updates.map(() => undefined), null] },
    { cases: trainingOf(projected), reference: false },
  ),
  ...[
    { rank: 1, eps: 0.25, cases: sometimesNothing },
    { rank: 2, eps: 0.25, cases: sometimesNothing },
    { rank: 2, eps: 0, cases: sometimesNothing },
    { rank: 2, eps: 0, cases: faint(2 ** -8) },
  ].map(({ rank, eps, cases }) =>
    follows(
      () => scaleByDionOf(drawn)({ rank, mu: 0.75, eps, key: 7, scaling: 'original' }),
      dion(rank, 'original', eps),
      { cases },
    ),
  ),
  ...[
    { every: 1, most: 9, b: 0.5, normalizeGrads: false, correctBias: true },
    { every: 2, most: 2, b: 0.5, normalizeGrads: true, correctBias: true },
    { every: 1, most: 9, b: 0.75, normalizeGrads: false, correctBias: false },
  ].flatMap((o) => {
    const { b, every, most, normalizeGrads, correctBias } = o
    return [trainingOf(bases), swinging([6, 0.5, 0.25]), nothingAt(1)].map((cases) =>
      follows(
        () =>
          transforms.scaleBySoap({
            b1: 0.5,
            b2: 0.75,
            eps: 0.25,
            preconditionFrequency: every,
            maxPrecondDim: most,
            normalizeGrads,
            correctBias,
            ...(b === 0.75 ? {} : { shampooBeta: b }),
          }),
        soap(o),
        { cases },
      ),
    )
  }),
  ...[
    { b2: 1, every: 1, most: 9 },
    { b2: 0.75, every: 2, most: 9 },
    { b2: 0.75, every: 2, from: 1, most: 2 },
    { b2: 0.75, every: 3, from: 0, most: 9 },
  ].map((o) =>
    follows(
      () =>
        transforms.scaleByShampoo({
          b1: 0.5,
          b2: o.b2,
          eps: 0.25,
          graftingB2: 0.75,
          graftingEps: 0.25,
          preconditionFrequency: o.every,
          maxPreconditionerDim: o.most,
          ...(o.from === undefined ? {} : { startPreconditioningStep: o.from }),
        }),
      shampoo(o),
      { cases: startingWithNothing([...bases, { shape: [3], values: [1, -2, 3] }]) },
    ),
  ),
  ...(['none', 'oneDiag', 'allDiag'] as const).flatMap((memorySaveMode) =>
    [
      { memorySaveMode, maxSizeTriangular: 9, probability: 1, cases: withVector },
      { memorySaveMode, maxSizeTriangular: 2, probability: 0.4, cases: withVector },
      ...(memorySaveMode === 'none'
        ? [{ memorySaveMode, maxSizeTriangular: 9, probability: 1, cases: faint(2 ** -30) }]
        : []),
    ].map((o) =>
      follows(
        () =>
          scaleByKronOf(drawn)({
            momentum: 0.5,
            precondLr: 0.25,
            memorySaveMode,
            maxSizeTriangular: o.maxSizeTriangular,
            key: 7,
            preconditionerUpdateProbability: o.probability,
          }),
        kron({ ...o, probability: () => o.probability }),
        { cases: o.cases },
      ),
    ),
  ),
  follows(
    () => transforms.scaleByKron({ momentum: 0.5, precondLr: 0.25, key: 7, preconditionerUpdateProbability: 1 }),
    kron({ memorySaveMode: 'none', maxSizeTriangular: 9, probability: () => 1 }, { normals }),
  ),
  // after 500 steps less and less often, down to every 34th
  ...[
    { count: 498, waited: 0, least: 5 },
    { count: 4100, waited: 32, least: 2 },
  ].map(({ least, ...host }) =>
    followsWholeRule(
      startingAt(() => scaleByKronOf(drawn)({ momentum: 0.5, precondLr: 0.25, key: 7 }), host),
      kron({ memorySaveMode: 'none', maxSizeTriangular: 9, probability: annealed }, host),
      {
        cases: trainingOf(bases, 6, least),
        tolerance: 2e-3,
        couples: true,
        guests: false,
      },
    ),
  ),
]

for (const [i, suite] of [...orthogonalized, ...turning].entries())
  describeLaws({ ...suite, name: `${suite.name} (${i})` }, { numRuns: whole ? 24 : 2 })
