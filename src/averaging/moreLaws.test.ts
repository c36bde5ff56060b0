import { averageWarningLaws } from '../../laws/averageWarningLaws.js'
import { followsHistory } from '../../laws/averaging/followsHistory.js'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { swagSampleLaws } from '../../laws/swagSampleLaws.js'
import { trackedProfileLaws } from '../../laws/trackedProfileLaws.js'
import { followsRule, type PlainRule } from '../../laws/transformation/followsRule.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { treeAverageLaws } from '../../laws/treeAverageLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { hide } from '../combinators/transformations.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { averageWarnings } from './averageWarnings.js'
import { sampleSwag } from './sampleSwag.js'
import { scheduleFree } from './scheduleFree.js'
import { scheduleFreeAdamw } from './scheduleFreeAdamw.js'
import { scheduleFreeRadam } from './scheduleFreeRadam.js'
import { scheduleFreeSgd } from './scheduleFreeSgd.js'
import { exponential } from './schemes/exponential.js'
import { uniform } from './schemes/uniform.js'
import type { AnyScheme, Scheme } from './Scheme.js'
import { type AverageOptions, withAverage } from './withAverage.js'
import { trackedProfiles } from './trackedProfiles.js'
import { treeAverage } from './treeAverage.js'
import { withBema } from './withBema.js'
import { withBestAverage } from './withBestAverage.js'
import { withCombinedAverage } from './withCombinedAverage.js'
import { withDoubleAverage } from './withDoubleAverage.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withOuAverage } from './withOuAverage.js'
import { withSwa } from './withSwa.js'
import { withSwag } from './withSwag.js'
import { withTailAverage } from './withTailAverage.js'
import { withWindowAverage } from './withWindowAverage.js'
import { sgd } from '../optimizers/sgd.js'

const on = (all: number) => ({ numRuns: backendName === 'webgl' ? 1 : whole ? all : 3 })

const lift = (scheme: AnyScheme, options: AverageOptions) => (tx: AnyTransformation) =>
  withAverage(scheme as Scheme, options)(tx) // of whatever numbers and extras

for (const suite of [
  averageWarningLaws({
    warnings: (tx, state) => averageWarnings(tx, state as never),
    lift,
    others: [
      [withMovingAverage({ decay: 0.99 }), true],
      [withMovingAverage({ decay: 0.99, numUpdates: 'given' }), false],
      [withWindowAverage({ window: 4 }), false],
      [withBestAverage({ best: 2 }), false],
      [withSwag({ rank: 1 }), false],
    ],
  }),
  trackedProfileLaws({ tracked: (tx, state) => trackedProfiles(tx, state as never), lift }),
  swagSampleLaws({ sample: (state, options) => sampleSwag(state as never, options) }),
  treeAverageLaws({ average: (scheme, options) => treeAverage(scheme as never, options) as never }),
])
  describeLaws(suite, on(20))

// Averages as they are called.

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
/** What lies at every n-th step after the start, and the start before. */
const at = (seen: readonly number[], start: number, every: number): readonly number[] =>
  seen.slice(start).filter((_, t) => t % every === 0)
/** The value after the latest update, by a recursion from the start on. */
const by = (
  seen: readonly number[],
  { start = 0, every = 1 }: { readonly start?: number; readonly every?: number },
  next: (before: number, x: number, t: number) => number,
): number => {
  const [first = Number.NaN, ...rest] = seen.slice(Math.min(start, seen.length - 1))
  return rest.reduce((a, x, i) => ((i + 1) % every === 0 ? next(a, x, i + 1) : a), first)
}
const ema = (seen: readonly number[], d: number): number => by(seen, {}, (a, x) => a + (1 - d) * (x - a))

type Row = readonly [
  make: () => (inner: AnyTransformation) => AnyTransformation,
  average: (seen: readonly number[]) => number,
  extra?: (count: number) => object,
]

const metric = (count: number): number => [3, 1, 4, 1, 5, 2, 0, 6, 3][count % 9] ?? 0
const bestBy =
  (best: number, sign: number) =>
  (seen: readonly number[]): number => {
    const told = seen.slice(0, -1).map((x, count) => ({ x, metric: sign * metric(count), count }))
    const taken = told.toSorted((a, b) => a.metric - b.metric || a.count - b.count).slice(0, best)
    return taken.length === 0 ? (seen[0] ?? Number.NaN) : mean(taken.map(({ x }) => x))
  }
const windowed =
  (window: number, fraction: number, start: number, every: number) =>
  (seen: readonly number[]): number => {
    const taken = at(seen, start, every).slice(1)
    const n = Math.min(window, Math.max(1, Math.ceil(fraction * taken.length)))
    return taken.length === 0 ? (seen[0] ?? Number.NaN) : mean(taken.slice(-n))
  }
const latest = (seen: readonly number[]): number => seen.at(-1) ?? Number.NaN
const biased = (
  seen: readonly number[],
  {
    start,
    every,
    lag,
    slope,
    power,
    bias,
  }: Readonly<Record<'start' | 'every' | 'lag' | 'slope' | 'power' | 'bias', number>>,
): number => {
  const steps = seen.length - 1 - start
  if (steps <= 0) return latest(seen)
  const updates = steps - (steps % every)
  const first = seen[start] ?? Number.NaN
  const average = by(seen, { start, every }, (a, x, t) => a + (lag + slope * t) ** -power * (x - a))
  return updates === 0
    ? first
    : average + (lag + slope * updates) ** -bias * ((seen[start + updates] ?? Number.NaN) - first)
}
const decays = (t: number): number => 1 - 1 / (t + 2)

const rows: readonly Row[] = [
  [() => withSwa({ start: 0 }), ([start = Number.NaN, ...later]) => (later.length === 0 ? start : mean(later))],
  [
    () => withSwa({ start: 2, period: 2 }),
    (seen) => (seen.length <= 2 ? (seen[0] ?? Number.NaN) : mean(at(seen, 2, 2))),
  ],
  [() => withSwa({ start: 1 }), (seen) => (seen.length <= 1 ? (seen[0] ?? Number.NaN) : mean(seen.slice(1)))],
  [() => withTailAverage({ start: 3 }), (seen) => (seen.length <= 3 ? latest(seen) : mean(seen.slice(3)))],
  [() => withTailAverage({ start: 0 }), mean],
  [() => withWindowAverage({ window: 4, fraction: 0.5, start: 1, every: 2 }), windowed(4, 0.5, 1, 2)],
  [() => withWindowAverage({ window: 2, fraction: 0.5 }), windowed(2, 0.5, 0, 1)],
  [
    () => withWindowAverage({ window: 2, order: 'concurrent' }),
    (seen) => (seen.length === 1 ? latest(seen) : windowed(2, 1, 0, 1)([seen[0] ?? Number.NaN, ...seen.slice(0, -1)])),
  ],
  [() => withBestAverage({ best: 2 }), bestBy(2, 1), (count) => ({ metric: metric(count) })],
  [() => withBestAverage({ best: 3, mode: 'max' }), bestBy(3, -1), (count) => ({ metric: metric(count) })],
  [
    () => withBema({ start: 1, every: 2, lag: 4, multiplier: 2, emaPower: 0.75, biasPower: 0.5 }),
    (seen) => biased(seen, { start: 1, every: 2, lag: 4, slope: 2, power: 0.75, bias: 0.5 }),
  ],
  [
    () => withBema({ lag: 1, multiplier: 0.5, emaPower: 1, biasPower: 1 }),
    (seen) => biased(seen, { start: 0, every: 1, lag: 1, slope: 0.5, power: 1, bias: 1 }),
  ],
  [
    () => (tx) => withDoubleAverage(exponential({ decay: 0.25 }), { start: 1, every: 2 })(tx),
    (seen) => {
      const [first = Number.NaN, ...rest] = seen.slice(Math.min(1, seen.length - 1))
      let [one, two] = [first, first]
      for (const x of rest.filter((_, i) => (i + 1) % 2 === 0)) {
        one += (1 - 0.25 ** 2) * (x - one)
        two += (1 - 0.25 ** 2) * (one - two)
      }
      return 2 * one - two
    },
  ],
  [
    () => (tx) => withOuAverage(exponential({ decay: 0.75 }), { start: 1, biasPower: 1 })(tx),
    (seen) => {
      const first = seen[Math.min(1, seen.length - 1)] ?? Number.NaN
      return by(seen, { start: 1 }, (a, x, t) => a + 0.25 * ((x - first / (1 + t)) / (1 - 1 / (1 + t)) - a))
    },
  ],
  [
    () => (tx) => withOuAverage(exponential({ decay: 0.25 }), { every: 2, biasPower: 0.5 })(tx),
    (seen) =>
      by(seen, { every: 2 }, (a, x, t) => {
        const q = (1 + t) ** -0.5
        return a + (1 - 0.25 ** 2) * ((x - q * (seen[0] ?? Number.NaN)) / (1 - q) - a)
      }),
  ],
  [
    () =>
      withCombinedAverage({
        of: { a: exponential({ decay: 0.25 }), b: exponential({ decay: 0.75 }) },
        coefficients: { a: 2, b: -1 },
      }),
    (seen) => 2 * ema(seen, 0.25) - ema(seen, 0.75),
  ],
  [
    () => withCombinedAverage({ of: { only: exponential({ decay: 0.25 }) }, coefficients: { only: 1 } }),
    (seen) => ema(seen, 0.25),
  ],
  [
    () =>
      withCombinedAverage({
        of: { a: uniform(), b: exponential({ decay: 0.5 }), c: exponential({ decay: 1 }) },
        coefficients: { a: 0.5, b: 0.75, c: -0.25 },
        order: 'concurrent',
      }),
    (seen) => {
      const before = seen.length === 1 ? seen : [seen[0] ?? Number.NaN, ...seen.slice(0, -1)]
      const later = before.slice(1)
      return (
        0.5 * (later.length === 0 ? latest(before) : mean(later)) +
        0.75 * ema(before, 0.5) -
        0.25 * (before[0] ?? Number.NaN)
      )
    },
  ],
  [
    () => withMovingAverage({ decay: 0.9, numUpdates: 'after' }),
    (seen) => by(seen, {}, (a, x, t) => a + (1 - Math.min(0.9, (1 + t) / (10 + t))) * (x - a)),
  ],
  [
    () => withMovingAverage({ decay: 0.9, numUpdates: 'given' }),
    (seen) => by(seen, {}, (a, x, t) => a + (1 - Math.min(0.9, (1 + 3 * t) / (10 + 3 * t))) * (x - a)),
    (count) => ({ numUpdates: 3 * (count + 1) }),
  ],
  [
    () => withMovingAverage({ decay: 0.15, numUpdates: 'before', start: 2 }),
    (seen) =>
      seen.length <= 2
        ? latest(seen)
        : by(seen, { start: 2 }, (a, x, t) => a + (1 - Math.min(0.15, t / (9 + t))) * (x - a)),
  ],
  [
    () => withMovingAverage({ decay: 0.75, every: 3, start: 1 }),
    (seen) =>
      seen.length <= 1 ? latest(seen) : by(seen, { start: 1, every: 3 }, (a, x) => a + (1 - 0.75 ** 3) * (x - a)),
  ],
  [
    () => withMovingAverage({ decay: decays, debias: true }),
    ([first = Number.NaN, ...later]) => {
      // ∏ over r ≥ s of decays, times 1 − the decay of its own step
      const weights = later.map((_, s) =>
        later.slice(s + 1).reduce((product, __, i) => product * decays(s + 1 + i), 1 - decays(s)),
      )
      const sum = weights.reduce((a, b) => a + b, 0)
      return later.length === 0 ? first : later.reduce((total, x, s) => total + ((weights[s] ?? 0) / sum) * x, 0)
    },
  ],
]

for (const [make, average, extra] of rows)
  describeLaws(
    followsHistory((tx) => make()(tx), { average, ...(extra === undefined ? {} : { extra }) }),
    on(12),
  )

// Optimizers without a schedule.

/** What is kept of an element: the iterate, the second moment, the sum of weights and the largest rate. */
interface Kept {
  readonly z: number
  readonly v: number
  readonly sum: number
  readonly largest: number
}

const free = ({
  rate,
  weightRate = (count) => rate(count + 1),
  b1 = 0.9,
  power = 2,
  r = 0,
  direction,
}: {
  readonly rate: (count: number) => number
  readonly weightRate?: (count: number) => number
  readonly b1?: number
  readonly power?: number
  readonly r?: number
  /** Where z goes for a rate of 1, and the second moment. */
  readonly direction: (g: number, v: number, param: number, count: number) => readonly [number, number]
}): PlainRule<Kept> => ({
  init: (param) => ({ z: param, v: 0, sum: 0, largest: 0 }),
  next: (g, { z, v, sum, largest: before }, { param, count }) => {
    const [d, second] = direction(g, v, param, count)
    const next = z - rate(count) * d
    const largest = Math.max(before, weightRate(count))
    const weight = (count + 1) ** r * largest ** power
    const c = weight === 0 ? 0 : weight / (sum + weight)
    // parameters rest here: y moves by what it would
    return [(1 - b1) * (1 - c) * (next - z) + c * (next - param), { z: next, v: second, sum: sum + weight, largest }]
  },
})
const warmed =
  (peak: number, steps: number) =>
  (count: number): number =>
    peak * Math.min(1, count / steps)
const adamed =
  (b2: number, eps: number, decay: number) =>
  (g: number, v: number, param: number, count: number): readonly [number, number] => {
    const next = b2 * v + (1 - b2) * g * g
    return [g / (Math.sqrt(next / (1 - b2 ** (count + 1))) + eps) + decay * param, next]
  }
const rectified = (b2: number, t: number): number | undefined => {
  const last = 2 / (1 - b2) - 1
  const rho = last - (2 * t * b2 ** t) / (1 - b2 ** t)
  return rho > 4 ? Math.sqrt(((rho - 4) * (rho - 2) * last) / ((last - 4) * (last - 2) * rho)) : undefined
}
const radamed =
  (b2: number, eps: number, decay: number) =>
  (g: number, v: number, param: number, count: number): readonly [number, number] => {
    const next = b2 * v + (1 - b2) * g * g
    const made = g / (Math.sqrt(next / (1 - b2 ** (count + 1))) + eps)
    return [(rectified(b2, count + 1) === undefined ? g : made) + decay * param, next]
  }

const rules: readonly (readonly [() => AnyTransformation, PlainRule<Kept>])[] = [
  [
    () => scheduleFreeSgd({ learningRate: 0.5, warmupSteps: 2, weightDecay: 0.25 }),
    free({ rate: warmed(0.5, 2), direction: (g, v, param) => [g + 0.25 * param, v] }),
  ],
  [
    () => scheduleFreeSgd({ learningRate: 0.5, b1: 0.5, weightLrPower: 1 }),
    free({ rate: () => 0.5, b1: 0.5, power: 1, direction: (g, v) => [g, v] }),
  ],
  [
    () => scheduleFreeAdamw({ learningRate: 0.25, b1: 0.75, b2: 0.5, eps: 0.25, weightDecay: 0.5 }),
    free({ rate: () => 0.25, b1: 0.75, direction: adamed(0.5, 0.25, 0.5) }),
  ],
  [
    () => scheduleFreeAdamw({ learningRate: 0.25, warmupSteps: 3, b2: 0.9, eps: 0.25, weightLrPower: 0.5 }),
    free({ rate: warmed(0.25, 3), power: 0.5, direction: adamed(0.9, 0.25, 0) }),
  ],
  ...[true, false].map((silentSgdPhase): (typeof rules)[number] => {
    const rate = (count: number) => 0.25 * (rectified(0.75, count + 1) ?? (silentSgdPhase ? 0 : 1))
    return [
      () =>
        scheduleFreeRadam({ learningRate: 0.25, b1: 0.5, b2: 0.75, eps: 0.25, weightDecay: 0.5, r: 1, silentSgdPhase }),
      free({ rate, weightRate: rate, b1: 0.5, r: 1, direction: radamed(0.75, 0.25, 0.5) }),
    ]
  }),
  [
    // what weighs nothing yet moves z alone
    () => hide(scheduleFree({ learningRate: (count) => (count < 3 ? 0 : 0.5), b1: 0.5 })(sgd({ learningRate: 0.5 }))),
    free({ rate: () => 0.5, weightRate: (count) => (count < 2 ? 0 : 0.5), b1: 0.5, direction: (g, v) => [g, v] }),
  ],
  [
    () =>
      hide(
        scheduleFree({ learningRate: (count) => 1 / (1 + count), b1: 0.5, r: 2, weightLrPower: 1 })(
          sgd({ learningRate: 0.5 }),
        ),
      ),
    free({
      rate: () => 0.5,
      weightRate: (count) => 1 / (2 + count),
      b1: 0.5,
      power: 1,
      r: 2,
      direction: (g, v) => [g, v],
    }),
  ],
]

for (const [make, rule] of rules) describeLaws(followsRule(make, rule), on(15))

for (const make of [
  () => scheduleFreeSgd({ learningRate: 0.5, warmupSteps: 2, weightDecay: 0.25 }),
  () => scheduleFreeAdamw({ learningRate: 0.25, b2: 0.5 }),
  () => scheduleFreeRadam({ learningRate: 0.25, b2: 0.75 }),
  () => withTailAverage({ start: 2 })(sgd({ learningRate: 0.1, momentum: 0.5 })),
  () => withSwa({ start: 1, period: 2 })(sgd({ learningRate: 0.1, momentum: 0.5 })),
])
  describeLaws(transformationLaws(make), on(4))
