import fc from 'fast-check'
import { expect, test } from 'vitest'
import { casesOf } from '../../laws/checks/part.js'
import { constructorLaws } from '../../laws/constructorLaws.js'
import { followsFormula, type FormulaOptions } from '../../laws/followsFormula.js'
import type { Suite } from '../../laws/Suite.js'
import { describeLaws } from '../../laws/vitest.js'
import * as schedules from './index.js'

// What each schedule of the barrel is to be, written a second time: from the papers, and one count at a time.

const value = fc.constantFrom(1, 0.1, 0.3, 0.7, -0.2, 3)
const positive = fc.constantFrom(1, 0.1, 0.3, 0.7, 2.5)
const count = fc.integer({ min: 0, max: 12 })
const length = fc.integer({ min: 1, max: 12 })
const share = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.55, 1)
const power = fc.constantFrom(1, 0, 0.5, 2, 3)

/** A record of options, of which some may be left out. */
const some = <R, O = {}>(
  needed: { readonly [K in keyof R]: fc.Arbitrary<R[K]> },
  left?: { readonly [K in keyof O]: fc.Arbitrary<O[K]> },
): fc.Arbitrary<R & Partial<O>> =>
  fc.record<Readonly<Record<string, unknown>>>(
    { ...needed, ...left },
    { requiredKeys: Object.keys(needed), noNullPrototype: true },
  ) as fc.Arbitrary<R & Partial<O>> // of those keys

const half = (u: number): number => (1 + Math.cos(Math.PI * u)) / 2
const line = (a: number, b: number, u: number): number => (1 - u) * a + u * b
/** Where one is on a way of so many steps; at its end where there is none. */
const along = (k: number, steps: number): number => (k >= steps ? 1 : Math.max(0, k / steps))

interface Row<O extends object> extends FormulaOptions<O> {
  readonly make: (options: O) => schedules.Schedule
  readonly wrong?: readonly (readonly [options: object, word: string])[]
}

const row =
  <O extends object>(made: Row<O>) =>
  (name: string): readonly Suite[] => {
    const { make, wrong = [], ...formula } = made
    const told = schedules.describeSchedule
    const does = (schedule: schedules.Schedule) => Array.from({ length: 40 }, (_, n) => schedule(n))
    const refused = { wrong, name, make, options: formula.options, told, schedule: told, does }
    const rule = followsFormula(make, formula)
    return [{ ...rule, name: `${rule.name}: ${name}` }, constructorLaws(refused)]
  }

interface Warmed {
  readonly initValue: number
  readonly peakValue: number
  readonly warmupSteps: number
  readonly decaySteps: number
  readonly endValue?: number
  readonly exponent?: number
}

const warmedCosine =
  ({ initValue, peakValue, warmupSteps, decaySteps, endValue = 0, exponent = 1 }: Warmed) =>
  (n: number): number => {
    if (n < warmupSteps) return line(initValue, peakValue, n / warmupSteps)
    const end = peakValue === 0 ? 0 : endValue // the end is a part of the peak
    return end + (peakValue - end) * half(along(n - warmupSteps, decaySteps - warmupSteps)) ** exponent
  }

const warmed: fc.Arbitrary<Warmed> = some(
  { initValue: fc.oneof(fc.constant(0), value), peakValue: fc.oneof(fc.constant(0), value), warmupSteps: count },
  { endValue: value, exponent: power },
).chain((options) => length.map((decay) => ({ ...options, decaySteps: options.warmupSteps + decay })))

/** Counts and what values are multiplied by there. */
const scales = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0.5, 0.1, 2, 0, 0.7)), {
    selector: ([at]) => at,
    maxLength: 4,
  })
  .map((entries): Readonly<Record<number, number>> => Object.fromEntries(entries))

/** The value at each count where it changes, the first one included. */
const multiplied = (initValue: number, boundariesAndScales: Readonly<Record<number, number>> = {}) => {
  let now = initValue
  const later = Object.keys(boundariesAndScales)
    .map(Number)
    .toSorted((a, b) => a - b)
    .map((at) => ({ at, value: (now = now * (boundariesAndScales[at] ?? Number.NaN)) }))
  return [{ at: 0, value: initValue }, ...later]
}

/** Between points in their order, the last of those at one count; flat after the last. */
const through =
  (points: readonly { readonly at: number; readonly value: number }[], curve: (u: number) => number) =>
  (n: number): number => {
    const [from] = points.filter(({ at }) => at <= n).slice(-1)
    const [to] = points.filter(({ at }) => at > n)
    if (from === undefined) throw new Error('no point at 0')
    return to === undefined ? from.value : line(from.value, to.value, curve((n - from.at) / (to.at - from.at)))
  }

const exact = (points: readonly { readonly at: number; readonly value: number }[]) =>
  points.filter(({ at }, i) => points[i + 1]?.at !== at).map(({ at, value: one }) => [at, one] as const)

const falls = {
  '1-sqrt': (u: number) => 1 - u ** 0.5,
  linear: (u: number) => 1 - u,
  cosine: half,
  square: (u: number) => 1 - u ** 2,
}

const exponential =
  (o: {
    readonly initValue: number
    readonly transitionSteps: number
    readonly decayRate: number
    readonly transitionBegin?: number
    readonly staircase?: boolean
    readonly endValue?: number
  }) =>
  (n: number): number => {
    const { initValue, transitionSteps: T, decayRate, transitionBegin = 0, staircase = false, endValue } = o
    if (T === 0 || decayRate === 0) return initValue
    const turns = Math.max(n - transitionBegin, 0) / T
    const now = initValue * Math.exp(Math.log(decayRate) * (staircase ? Math.floor(turns) : turns))
    return endValue === undefined ? now : Math[decayRate < 1 ? 'max' : 'min'](now, endValue)
  }

const onecycle = {
  pctStart: share,
  divFactor: fc.constantFrom(25, 2, 1),
  finalDivFactor: fc.constantFrom(1e4, 10, 1),
}

/** A schedule made of another one's values at later counts, as users write them. */
const slopes = fc.constantFrom(
  schedules.linearSchedule({ initValue: 0, endValue: 1, transitionSteps: 5 }),
  schedules.constantSchedule({ value: 0.25 }),
  function slope(n: number): number {
    return n / 8
  },
)

/** What an infinite schedule takes. */
const infinite = {
  peakValue: 1,
  constantValue: 0.5,
  endValue: 0.1,
  warmupSteps: 5,
  cooldownEnd: 15,
  constantEnd: 25,
  annealEnd: 35,
}

const rows = {
  constantSchedule: row({
    make: schedules.constantSchedule,
    options: some({ value }),
    formula: (o) => () => o.value,
    points: (o) => [[0, o.value]],
  }),
  cosineDecaySchedule: row({
    make: schedules.cosineDecaySchedule,
    options: some({ initValue: value, decaySteps: length }, { alpha: value, exponent: power }),
    formula: ({ initValue, decaySteps, alpha = 0, exponent = 1 }) => {
      const end = alpha * initValue
      return (n) => end + (initValue - end) * half(along(n, decaySteps)) ** exponent
    },
    points: (o) => [[0, o.initValue]],
    wrong: [
      [{ initValue: 1, decaySteps: 0 }, 'decaySteps'],
      [{ initValue: 1, decaySteps: 1, exponent: -1 }, 'exponent'],
    ],
  }),
  cosineOnecycleSchedule: row({
    make: schedules.cosineOnecycleSchedule,
    options: some({ transitionSteps: length, peakValue: positive }, onecycle),
    formula: (o) => through(cycle(o), (u) => 1 - half(u)),
    points: (o) => exact(cycle(o)),
    wrong: [[{ transitionSteps: 9, peakValue: 1, pctStart: 1.1 }, 'pctStart']],
  }),
  cyclicSchedule: row({
    make: schedules.cyclicSchedule,
    options: some(
      { baseValue: value, maxValue: value, stepSizeUp: length },
      {
        stepSizeDown: length,
        mode: fc.constantFrom('triangular' as const, 'triangular2' as const, 'expRange' as const),
        gamma: fc.constantFrom(1, 0.9, 0.5),
      },
    ),
    formula:
      ({ baseValue, maxValue, stepSizeUp, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1 }) =>
      (n) => {
        const k = n % (stepSizeUp + stepSizeDown)
        const height = k < stepSizeUp ? k / stepSizeUp : 1 - (k - stepSizeUp) / stepSizeDown
        const cycles = (n - k) / (stepSizeUp + stepSizeDown)
        const tops = { triangular: 1, triangular2: 0.5 ** cycles, expRange: gamma ** n }
        return line(baseValue, baseValue + (maxValue - baseValue) * tops[mode], height)
      },
    points: (o) => [[0, o.baseValue]],
    wrong: [[{ baseValue: 0, maxValue: 1, stepSizeUp: 0 }, 'stepSizeUp']],
  }),
  exponentialDecay: row({
    make: schedules.exponentialDecay,
    options: some(
      { initValue: positive, transitionSteps: count, decayRate: fc.constantFrom(0.5, 0, 0.9, 1, 1.1) },
      { transitionBegin: count, staircase: fc.boolean(), endValue: positive },
    ),
    formula: exponential,
  }),
  infiniteSchedule: row({
    make: schedules.infiniteSchedule,
    options: fc
      .tuple(positive, positive, positive, fc.tuple(count, count, count, count))
      .map(([peakValue, constantValue, endValue, [a, b, c, d]]) => ({
        peakValue,
        constantValue,
        endValue,
        warmupSteps: a,
        cooldownEnd: a + b,
        constantEnd: a + b + c,
        annealEnd: a + b + c + d,
      })),
    formula: (o) => (n) => {
      if (n < o.warmupSteps) return line(0, o.peakValue, n / o.warmupSteps)
      if (n < o.cooldownEnd)
        return line(o.constantValue, o.peakValue, half(along(n - o.warmupSteps, o.cooldownEnd - o.warmupSteps)))
      const last = along(n - o.constantEnd, o.annealEnd - o.constantEnd)
      return n < o.constantEnd ? o.constantValue : o.constantValue ** (1 - last) * o.endValue ** last
    },
    points: (o) => [
      ...(o.cooldownEnd > o.warmupSteps ? [[o.warmupSteps, o.peakValue] as const] : []),
      ...(o.constantEnd > o.cooldownEnd ? [[o.cooldownEnd, o.constantValue] as const] : []),
      [o.annealEnd, o.endValue],
    ],
    wrong: [
      [{ ...infinite, cooldownEnd: 4 }, 'cooldownEnd'],
      [{ ...infinite, constantEnd: 14 }, 'constantEnd'],
      [{ ...infinite, annealEnd: 24 }, 'annealEnd'],
      [{ ...infinite, warmupSteps: -1 }, 'warmupSteps'],
    ],
  }),
  inverseSqrtSchedule: row({
    make: schedules.inverseSqrtSchedule,
    options: some({ peakValue: value, warmupSteps: length }, { offset: count }),
    formula:
      ({ peakValue, warmupSteps, offset = 0 }) =>
      (n) => {
        const step = offset + n + 1
        return step < warmupSteps ? (peakValue * step) / warmupSteps : peakValue * (step / warmupSteps) ** -0.5
      },
    points: (o) => (o.warmupSteps > (o.offset ?? 0) ? [[o.warmupSteps - (o.offset ?? 0) - 1, o.peakValue]] : []),
    wrong: [[{ peakValue: 1, warmupSteps: 0 }, 'warmupSteps']],
  }),
  joinSchedules: row({
    make: schedules.joinSchedules,
    options: fc.array(fc.tuple(slopes, count), { minLength: 1, maxLength: 4 }).map((pieces) => {
      let at = 0
      const boundaries = pieces.map(([, more]) => (at += more))
      return { schedules: pieces.map(([piece]) => piece), boundaries: boundaries.slice(0, -1) }
    }),
    formula:
      ({ schedules: pieces, boundaries }) =>
      (n) => {
        const now = boundaries.filter((at) => at <= n).length
        return (pieces[now] ?? (() => Number.NaN))(n - (now === 0 ? 0 : (boundaries[now - 1] ?? Number.NaN)))
      },
    wrong: [
      [{ schedules: [], boundaries: [] }, 'schedules must be an array of at least 1'],
      [{ schedules: [() => 1], boundaries: [1] }, 'boundaries'],
      [{ schedules: [() => 1, () => 2], boundaries: [] }, 'boundaries'],
      [{ schedules: [() => 1, () => 2, () => 3], boundaries: [4, 3] }, 'boundaries.1'],
    ],
  }),
  linearOnecycleSchedule: row({
    make: schedules.linearOnecycleSchedule,
    options: some({ transitionSteps: length, peakValue: positive }, { ...onecycle, pctFinal: share }).map((o) => ({
      ...o,
      pctFinal: Math.max(o.pctStart ?? 0.3, o.pctFinal ?? 0.85),
    })),
    formula: (o) => through(cycle(o, o.pctFinal), (u) => u),
    points: (o) => exact(cycle(o, o.pctFinal)),
    wrong: [[{ transitionSteps: 9, peakValue: 1, pctStart: 0.5, pctFinal: 0.4 }, 'pctFinal']],
  }),
  linearSchedule: row({
    make: schedules.linearSchedule,
    options: some({ initValue: value, endValue: value, transitionSteps: count }, { transitionBegin: count }),
    formula:
      ({ initValue, endValue, transitionSteps: T, transitionBegin = 0 }) =>
      (n) =>
        T === 0 ? initValue : line(initValue, endValue, along(n - transitionBegin, T)),
    points: (o) => [[o.transitionBegin ?? 0, o.initValue]],
  }),
  piecewiseConstantSchedule: row({
    make: schedules.piecewiseConstantSchedule,
    options: some({ initValue: value }, { boundariesAndScales: scales }),
    formula: (o) => through(multiplied(o.initValue, o.boundariesAndScales), () => 0),
    points: (o) => exact(multiplied(o.initValue, o.boundariesAndScales)),
    wrong: [[{ initValue: 1, boundariesAndScales: { 3: -1 } }, 'boundariesAndScales']],
  }),
  piecewiseInterpolateSchedule: row({
    make: schedules.piecewiseInterpolateSchedule,
    options: some(
      { interpolateType: fc.constantFrom('linear' as const, 'cosine' as const), initValue: value },
      { boundariesAndScales: scales },
    ),
    formula: (o) =>
      through(multiplied(o.initValue, o.boundariesAndScales), (u) =>
        o.interpolateType === 'linear' ? u : 1 - half(u),
      ),
    points: (o) => exact(multiplied(o.initValue, o.boundariesAndScales)),
    wrong: [[{ interpolateType: 'square', initValue: 1 }, 'interpolateType']],
  }),
  polynomialSchedule: row({
    make: schedules.polynomialSchedule,
    options: some({ initValue: value, endValue: value, power, transitionSteps: count }, { transitionBegin: count }),
    formula:
      ({ initValue, endValue, power: p, transitionSteps: T, transitionBegin = 0 }) =>
      (n) => {
        const u = along(n - transitionBegin, T)
        return T === 0 || u === 0 ? initValue : endValue + (initValue - endValue) * (1 - u) ** p
      },
    points: (o) => [
      [o.transitionBegin ?? 0, o.initValue],
      ...(o.power > 0 && o.transitionSteps > 0
        ? [[(o.transitionBegin ?? 0) + o.transitionSteps, o.endValue] as const]
        : []),
    ],
  }),
  rexSchedule: row({
    make: schedules.rexSchedule,
    options: some({ initValue: value, transitionSteps: length }),
    formula: (o) => (n) => {
      const u = along(n, o.transitionSteps)
      return (o.initValue * 2 * (1 - u)) / (2 - u)
    },
    points: (o) => [[0, o.initValue]],
    wrong: [[{ initValue: 1, transitionSteps: 0 }, 'transitionSteps']],
  }),
  sgdrSchedule: row({
    make: schedules.sgdrSchedule,
    options: some({ cosineKwargs: fc.array(warmed, { minLength: 1, maxLength: 3 }) }),
    formula:
      ({ cosineKwargs }) =>
      (n) => {
        let [i, at] = [0, n]
        while (i < cosineKwargs.length - 1 && at >= (cosineKwargs[i]?.decaySteps ?? 0))
          at -= cosineKwargs[i++]?.decaySteps ?? 0
        const now = cosineKwargs[i]
        return now === undefined ? Number.NaN : warmedCosine(now)(at)
      },
    wrong: [
      [{ cosineKwargs: [] }, 'cosineKwargs'],
      [{ cosineKwargs: [{ initValue: 0, peakValue: 1, warmupSteps: 3, decaySteps: 3 }] }, 'cosineKwargs.0'],
    ],
  }),
  swalrSchedule: row({
    make: schedules.swalrSchedule,
    options: some(
      { initValue: value, swaValue: value },
      { annealSteps: count, anneal: fc.constantFrom('cos' as const, 'linear' as const), transitionBegin: count },
    ),
    formula:
      ({ initValue, swaValue, annealSteps = 10, anneal = 'cos', transitionBegin = 0 }) =>
      (n) => {
        const u = n < transitionBegin ? 0 : along(n - transitionBegin, annealSteps)
        return line(initValue, swaValue, anneal === 'cos' ? 1 - half(u) : u)
      },
    points: (o) => [
      ...(o.annealSteps === 0 ? [] : [[o.transitionBegin ?? 0, o.initValue] as const]),
      [(o.transitionBegin ?? 0) + (o.annealSteps ?? 10), o.swaValue],
    ],
  }),
  warmupConstantSchedule: row({
    make: schedules.warmupConstantSchedule,
    options: some({ initValue: value, peakValue: value, warmupSteps: count }),
    formula: (o) => (n) => line(o.initValue, o.peakValue, along(n, o.warmupSteps)),
    points: (o) => [[o.warmupSteps, o.peakValue]],
  }),
  warmupCosineDecaySchedule: row({
    make: schedules.warmupCosineDecaySchedule,
    options: warmed,
    formula: warmedCosine,
    points: (o) => [[o.warmupSteps, o.peakValue]],
    wrong: [
      [{ initValue: 0, peakValue: 1, warmupSteps: 3, decaySteps: 3 }, 'decaySteps'],
      [{ initValue: 0, peakValue: 1, warmupSteps: 3, decaySteps: 2 }, 'decaySteps'],
    ],
  }),
  warmupExponentialDecaySchedule: row({
    make: schedules.warmupExponentialDecaySchedule,
    options: some(
      {
        initValue: value,
        peakValue: positive,
        warmupSteps: count,
        transitionSteps: count,
        decayRate: fc.constantFrom(0.5, 0, 0.9, 1, 1.1),
      },
      { transitionBegin: count, staircase: fc.boolean(), endValue: positive },
    ),
    formula:
      ({ initValue, peakValue, warmupSteps, ...decay }) =>
      (n) =>
        n < warmupSteps
          ? line(initValue, peakValue, n / warmupSteps)
          : exponential({ ...decay, initValue: peakValue })(n - warmupSteps),
    counts: 1000, // what grows is refused where it has no bounds any more
  }),
  warmupStableDecaySchedule: row({
    make: schedules.warmupStableDecaySchedule,
    options: some(
      { peakValue: value, warmupSteps: count, stableSteps: count, decaySteps: count },
      {
        initValue: value,
        endValue: value,
        shape: fc.constantFrom('1-sqrt' as const, 'linear' as const, 'cosine' as const, 'square' as const),
      },
    ),
    formula:
      ({ peakValue, warmupSteps, stableSteps, decaySteps, initValue = 0, endValue = 0, shape = '1-sqrt' }) =>
      (n) => {
        const k = n - warmupSteps - stableSteps
        if (n < warmupSteps) return line(initValue, peakValue, n / warmupSteps)
        return k <= 0 ? peakValue : line(endValue, peakValue, k >= decaySteps ? 0 : falls[shape](k / decaySteps))
      },
    points: (o) => [
      [o.warmupSteps + o.stableSteps, o.peakValue],
      [o.warmupSteps + o.stableSteps + o.decaySteps + 1, o.endValue ?? 0],
    ],
  }),
}

/** The points of one cycle, with or without the one at which it is back where it began. */
function cycle(
  o: {
    readonly transitionSteps: number
    readonly peakValue: number
    readonly pctStart?: number
    readonly divFactor?: number
    readonly finalDivFactor?: number
  },
  back?: number,
) {
  const { transitionSteps: T, peakValue, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = o
  return [
    { at: 0, value: peakValue / divFactor },
    { at: Math.floor(pctStart * T), value: peakValue },
    ...(back === undefined ? [] : [{ at: Math.floor(back * T), value: peakValue / divFactor }]),
    { at: T, value: peakValue / (divFactor * finalDivFactor) },
  ]
}

test('every schedule has a formula', () => {
  const { describeSchedule: _, valueAt: _valueAt, ...all } = schedules
  expect(Object.keys(rows).toSorted()).toEqual(Object.keys(all).toSorted())
})

for (const [name, suites] of Object.entries(rows))
  for (const suite of suites(name)) describeLaws(suite, { numRuns: casesOf(200) })
