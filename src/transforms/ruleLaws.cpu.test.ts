import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { type Training, trainings } from '../../laws/arbitraries/training.js'
import { everyShape } from '../../laws/arbitraries/trees.js'
import { whole as everything } from '../../laws/checks/part.js'
import { allOf, axesBut, eachLeaf, groups, mix, norm, over, rms, scaled, sum } from '../../laws/checks/plainRules.js'
import type { Numbers } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { followsRule, type PlainRule } from '../../laws/transformation/followsRule.js'
import { followsWholeRule, type RuleOptions, type WholeRule } from '../../laws/transformation/followsWholeRule.js'
import type { Maker } from '../../laws/transformation/Subject.js'
import { describeLaws } from '../../laws/vitest.js'
import { projectionL2Ball } from '../projections/projectionL2Ball.js'
import type { Tree } from '../tree/Tree.js'
import { mapTree } from '../tree/mapTree.js'
import * as transforms from './index.js'

// What each transformation is, written a second time: from its paper, in plain double, a number or a leaf at a time.
// Decays are far from 1 and ε is large, so that each of them shows.

const missing = { missing: true }
const reference = true
const rule = <S>(maker: Maker, plain: PlainRule<S>, options: RuleOptions = missing): Suite =>
  followsRule(maker, plain, { reference, ...options })
const whole = <S>(maker: Maker, plain: WholeRule<S>, options: RuleOptions = missing): Suite =>
  followsWholeRule(maker, plain, { couples: true, reference, ...options })

/** A rule that keeps nothing. */
const alone = (
  next: (g: number, at: { readonly param: number; readonly count: number }) => number,
): PlainRule<null> => ({
  init: () => null,
  next: (g, _, at) => [next(g, at), null],
})

/** The axes that a unit's weights lie along. */
const unitsOf = (shape: readonly number[]): readonly number[] => {
  const long = shape.filter((n) => n !== 1).length
  return long <= 1 ? shape.map((_, i) => i) : shape.length <= 3 ? [0] : axesBut(shape, shape.length - 1)
}

const eachLeafAlone = (next: (g: Numbers, param: Numbers) => readonly number[]) =>
  eachLeaf(
    () => null,
    (g, _, { param }) => [next(g, param), null],
  )

type Two = readonly [number, number]
type Four = readonly [number, number, number, number]
type Three = readonly [number, number, number]
const two = (): Two => [0, 0]
const three = (): Three => [0, 0, 0]
const four = (): Four => [0, 0, 0, 0]

const later = (t: number): number => 1 / (2 + t)

interface Moments {
  readonly b1: number
  readonly b2: number
  readonly eps: number
  readonly epsRoot: number
}
const usual = { b1: 0.5, b2: 0.75, eps: 0.25, epsRoot: 0.5 }

/** Many steps. */
const long = trainings({ minSteps: 8, maxSteps: 16, shapes: [[], [3]] })
/** Every leaf has a gradient at every step, in which something stands. */
const seen = trainings({
  maxSteps: 5,
  missing: false,
  nulls: false,
  gradients: fc.integer({ min: 1, max: 64 }).chain((k) => fc.constantFrom(k / 16, -k / 16)),
})
/** Two leaves, `a` and `b`. */
const pairOf = (values: fc.Arbitrary<number>) =>
  fc.record(
    { a: fc.tuple(values, values).map((all) => ({ shape: [2], values: all })), b: values.map(one) },
    { noNullPrototype: true },
  )
const ofTwo = fc.record(
  {
    params: pairOf(fc.integer({ min: -8, max: 8 })),
    grads: fc.array(pairOf(fc.integer({ min: -8, max: 8 })), { minLength: 1, maxLength: 2 }),
  },
  { noNullPrototype: true },
)
/** Gradients of about one. */
const small = fc.integer({ min: -16, max: 16 }).map((k) => k / 8)
/** A leaf of each shape. */
function eachOf(shapes: readonly (readonly number[])[]): fc.Arbitrary<Training> {
  const leaf = (shape: readonly number[]): fc.Arbitrary<Numbers> => {
    const size = sizeOf(shape)
    return fc.array(small, { minLength: size, maxLength: size }).map((values) => ({ shape, values }))
  }
  const tree = fc.record(Object.fromEntries(shapes.map((shape, i) => [`w${i}`, leaf(shape)])), {
    noNullPrototype: true,
  })
  return fc.record({ params: tree, grads: fc.array(tree, { minLength: 1, maxLength: 4 }) }, { noNullPrototype: true })
}
/** Axes of different lengths. */
const shaped = [
  [2, 3],
  [3, 2],
  [4, 2, 3],
  [2, 2],
]
/** Gradients that stand across their parameters now and then. */
const slanted = trainings({
  maxSteps: 3,
  shapes: [...shaped, [3], [], [1, 2]],
  values: fc.constantFrom(1, -1, 0.5, 2, 0.25, 0, 3),
})

const adam = ({
  b1,
  b2,
  eps,
  epsRoot,
  nesterov = false,
  own = false,
}: Moments & { readonly nesterov?: boolean; readonly own?: boolean }) => ({
  init: three,
  next: (g: number, [m0, v0, n]: readonly [number, number, number], { count }: { readonly count: number }) => {
    const [t, m, v] = [(own ? n : count) + 1, mix(b1, m0, g), mix(b2, v0, g * g)]
    const first = nesterov ? (b1 * m) / (1 - b1 ** (t + 1)) + ((1 - b1) * g) / (1 - b1 ** t) : m / (1 - b1 ** t)
    return [first / (Math.sqrt(v / (1 - b2 ** t) + epsRoot) + eps), [m, v, n + 1] as const] as const
  },
})

const adams: readonly Suite[] = [
  rule(() => transforms.scaleByAdam({ ...usual, epsRoot: 1 }), adam({ ...usual, epsRoot: 1 })),
  rule(
    () => transforms.scaleByAdam({ ...usual, epsRoot: 0, nesterov: true }),
    adam({ ...usual, epsRoot: 0, nesterov: true }),
  ),
  rule(
    () => transforms.scaleByAdam({ ...usual, nesterov: true, count: 'leaf' }),
    adam({ ...usual, nesterov: true, own: true }),
  ),
  rule<Two>(() => transforms.scaleByAcprop(usual), {
    init: two,
    next: (g, [m, s], { count }) => {
      const spread = count === 0 ? 1 : Math.sqrt(s / (1 - 0.75 ** count))
      return [g / (spread + 0.25), [mix(0.5, m, g), mix(0.75, s, (g - m) ** 2) + 0.5]]
    },
  }),
  rule<Two>(() => transforms.scaleByAdadelta({ rho: 0.75, eps: 0.25 }), {
    init: two,
    next: (g, [e0, x]) => {
      const e = mix(0.75, e0, g * g)
      const u = (g * Math.sqrt(x + 0.25)) / Math.sqrt(e + 0.25)
      return [u, [e, mix(0.75, x, u * u)]]
    },
  }),
  ...(['step', 'leaf'] as const).map((count) =>
    rule<Three>(() => transforms.scaleByAdamax({ b1: 0.5, b2: 0.75, eps: 0.25, count }), {
      init: three,
      next: (g, [m0, v, n], at) => {
        const [m, most] = [mix(0.5, m0, g), Math.max(Math.abs(g) + 0.25, 0.75 * v)]
        const t = (count === 'leaf' ? n : at.count) + 1
        return [m / (1 - 0.5 ** t) / most, [m, most, n + 1]]
      },
    }),
  ),
  ...(['optax', 'authors'] as const).map((lookAhead) =>
    rule<Four>(() => transforms.scaleByAdan({ ...usual, b3: 0.25, lookAhead }), {
      init: four,
      next: (g, [m0, v0, n0, before], { count }) => {
        const f = lookAhead === 'optax' ? 0.25 : 0.75
        const d = count === 0 ? 0 : g - before
        const [m, v, n, t] = [mix(0.5, m0, g), mix(0.75, v0, d), mix(0.25, n0, (g + f * d) ** 2), count + 1]
        const first = m / (1 - 0.5 ** t) + (f * v) / (1 - 0.75 ** t)
        return [first / (Math.sqrt(n / (1 - 0.25 ** t) + 0.5) + 0.25), [m, v, n, g]]
      },
    }),
  ),
  ...[1, 0].map((epsRoot) =>
    rule<Three>(() => transforms.scaleByAdemamix({ ...usual, epsRoot, b3: (t) => 1 - later(t), alpha: later }), {
      init: three,
      next: (g, [fast0, slow0, v0], { count }) => {
        const [fast, slow, v] = [mix(0.5, fast0, g), mix(1 - later(count), slow0, g), mix(0.75, v0, g * g)]
        const first = fast / (1 - 0.5 ** (count + 1)) + later(count) * slow
        return [first / (Math.sqrt(v / (1 - 0.75 ** (count + 1)) + epsRoot) + 0.25), [fast, slow, v]]
      },
    }),
  ),
  ...[true, false].flatMap((nesterov) =>
    [true, false].map((useClipping) =>
      rule<Two>(
        () =>
          transforms.scaleByAdopt({
            b1: 0.5,
            b2: 0.75,
            eps: 0.25,
            nesterov,
            useClipping,
            clipValueFn: (t) => {
              if (!useClipping) throw new Error('nothing is clipped')
              return t / 4
            },
          }),
        {
          init: two,
          next: (g, [m0, v], { count }) => {
            if (count === 0) return [0, [0, g * g]]
            const ratio = g / Math.max(Math.sqrt(v), 0.25)
            const x = useClipping ? Math.min(Math.max(ratio, -count / 4), count / 4) : ratio
            const m = mix(0.5, m0, x)
            return [nesterov ? mix(0.5, m, x) : m, [m, mix(0.75, v, g * g)]]
          },
        },
      ),
    ),
  ),
  ...[true, false].flatMap((biasCorrectionMu) =>
    [true, false].map((biasCorrectionNu) =>
      rule<Three>(() => transforms.scaleByAmsgrad({ ...usual, biasCorrectionMu, biasCorrectionNu }), {
        init: three,
        next: (g, [m0, v0, most0], { count }) => {
          const [m, v, t] = [mix(0.5, m0, g), mix(0.75, v0, g * g), count + 1]
          const most = Math.max(most0, biasCorrectionNu ? v / (1 - 0.75 ** t) : v)
          return [(biasCorrectionMu ? m / (1 - 0.5 ** t) : m) / (Math.sqrt(most + 0.5) + 0.25), [m, v, most]]
        },
      }),
    ),
  ),
  ...[true, false].map((nesterov) =>
    rule<Two>(() => transforms.scaleByBelief({ ...usual, nesterov }), {
      init: two,
      next: (g, [m0, s0], { count }) => {
        const [m, t] = [mix(0.5, m0, g), count + 1]
        const s = mix(0.75, s0, (g - m) ** 2) + 0.5
        const first = nesterov ? (0.5 * m) / (1 - 0.5 ** (t + 1)) + (0.5 * g) / (1 - 0.5 ** t) : m / (1 - 0.5 ** t)
        return [first / (Math.sqrt(s / (1 - 0.75 ** t)) + 0.25), [m, s]]
      },
    }),
  ),
  ...[0.5, 0].map((initialAccumulatorValue) =>
    rule<Two>(() => transforms.scaleByYogi({ ...usual, initialAccumulatorValue }), {
      init: (): Two => [initialAccumulatorValue, initialAccumulatorValue],
      next: (g, [m0, v0], { count }) => {
        const [m, v, t] = [mix(0.5, m0, g), v0 - 0.25 * Math.sign(v0 - g * g) * g * g, count + 1]
        return [m / (1 - 0.5 ** t) / (Math.sqrt(v / (1 - 0.75 ** t) + 0.5) + 0.25), [m, v]]
      },
    }),
  ),
  ...[false, true].map((nesterov) =>
    rule<Two>(
      () => transforms.scaleByRadam({ ...usual, b2: 0.875, threshold: 4.5, nesterov }),
      {
        init: two,
        next: (g, [m0, v0], { count }) => {
          const [m, v, t] = [mix(0.5, m0, g), mix(0.875, v0, g * g), count + 1]
          const first = nesterov ? (0.5 * m) / (1 - 0.5 ** (t + 1)) + (0.5 * g) / (1 - 0.5 ** t) : m / (1 - 0.5 ** t)
          const [most, rho] = [15, 15 - (2 * t * 0.875 ** t) / (1 - 0.875 ** t)]
          const r = Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho))
          return [rho < 4.5 ? first : (r * first) / (Math.sqrt(v / (1 - 0.875 ** t) + 0.5) + 0.25), [m, v]]
        },
      },
      // gradients beside which ε is seen
      { missing: true, cases: trainings({ minSteps: 8, maxSteps: 16, shapes: [[], [3]], gradients: small }) },
    ),
  ),
  // just trusted
  rule<Two>(() => transforms.scaleByRadam({ ...usual, b2: 0, threshold: 1 }), {
    init: two,
    next: (g, [m0], { count }) => {
      const m = mix(0.5, m0, g)
      return [m / (1 - 0.5 ** (count + 1)) / (Math.sqrt(g * g + 0.5) + 0.25), [m, 0]]
    },
  }),
  ...[1, 0].map((epsRoot) =>
    rule<Two>(() => transforms.scaleBySimplifiedAdemamix({ ...usual, epsRoot, alpha: later }), {
      init: two,
      next: (g, [m0, n0], { count }) => {
        const [m, n] = [0.5 * m0 + g, mix(0.75, n0, g * g)]
        return [(m + later(count) * g) / (Math.sqrt(n / (1 - 0.75 ** (count + 1)) + epsRoot) + 0.25), [m, n]]
      },
    }),
  ),
  rule<Two>(() => transforms.scaleByLaprop({ b1: 0.5, b2: 0.75, eps: 0.25 }), {
    init: two,
    next: (g, [m0, v0], { count }) => {
      const v = mix(0.75, v0, g * g)
      const m = mix(0.5, m0, g / (Math.sqrt(v / (1 - 0.75 ** (count + 1))) + 0.25))
      return [m / (1 - 0.5 ** (count + 1)), [m, v]]
    },
  }),
  ...[(t: number) => later(t), 0.5, () => 0].map((learningRate) =>
    rule<Two>(
      () => transforms.scaleByAdabound({ learningRate, finalLr: 0.125, gamma: 0.5, b1: 0.5, b2: 0.75, eps: 0.25 }),
      {
        init: two,
        next: (g, [m0, v0], { count }) => {
          const at = (n: number): number => (typeof learningRate === 'number' ? learningRate : learningRate(n))
          const [m, v, t] = [mix(0.5, m0, g), mix(0.75, v0, g * g), count + 1]
          const end = at(0) === 0 ? 0.125 : (0.125 * at(count)) / at(0)
          const step = (at(count) * Math.sqrt(1 - 0.75 ** t)) / (1 - 0.5 ** t) / (Math.sqrt(v) + 0.25)
          return [Math.min(Math.max(step, end * (1 - 1 / (0.5 * t + 1))), end * (1 + 1 / (0.5 * t))) * m, [m, v]]
        },
      },
    ),
  ),
]

const others: readonly Suite[] = [
  rule(
    () => transforms.scale({ stepSize: -0.5 }),
    alone((g) => -g / 2),
  ),
  rule(
    () => transforms.scaleBySchedule({ stepSizeFn: later }),
    alone((g, { count }) => g / (2 + count)),
  ),
  rule(
    () => transforms.scaleByLearningRate({ learningRate: later }),
    alone((g, { count }) => -g / (2 + count)),
  ),
  rule(
    () => transforms.scaleByLearningRate({ learningRate: 0.5, flipSign: false }),
    alone((g) => g / 2),
  ),
  rule(() => transforms.scaleBySign(), alone(Math.sign)),
  rule(
    () => transforms.setToZero(),
    alone(() => 0),
  ),
  rule(
    () => transforms.clip({ maxDelta: 3 }),
    alone((g) => (Math.abs(g) > 3 ? 3 * Math.sign(g) : g)),
  ),
  followsWholeRule(
    () => transforms.zeroNans(),
    eachLeaf(
      () => 0,
      (g) => [g.values.map((x) => (Number.isNaN(x) ? 0 : x)), g.values.some(Number.isNaN) ? 1 : 0],
      (found) => ({ foundNan: [found] }),
    ),
    {
      ...missing,
      cases: trainings({ values: fc.constantFrom(1, -2, 0, 0.5), gradients: fc.constantFrom(1, -2, 0, Number.NaN) }),
    },
  ),
  rule(
    () => transforms.addDecayedWeights({ weightDecay: later }),
    alone((g, { param, count }) => g + param / (2 + count)),
  ),
  followsWholeRule<null>(
    () => transforms.addDecayedWeights({ weightDecay: 0.5, mask: { a: true, b: false } }),
    {
      init: () => null,
      next: (updates, _, { params }) => [
        updates.map((g, i) => g?.values.map((x, j) => x + (i === 0 ? (params[i]?.values[j] ?? Number.NaN) / 2 : 0))),
        null,
      ],
    },
    { cases: ofTwo, guests: false },
  ),
  // a projection may leave a leaf to itself
  followsWholeRule<null>(
    () =>
      transforms.keepParamsIn((params) => ({
        ...(params as object),
        ...projectionL2Ball({ a: leavesOf(params)[0] ?? null }, { scale: 1 }),
        b: null,
      })),
    {
      init: () => null,
      next: (updates, _, { params }) => [
        updates.map((g, i) => {
          if (i === 1) return g?.values
          const [p = []] = params.map(({ values }) => values)
          const moved = p.map((x, j) => x + (g?.values[j] ?? Number.NaN))
          return moved.map((x, j) => x / Math.max(1, norm(moved)) - (p[j] ?? Number.NaN))
        }),
        null,
      ],
    },
    { couples: true, guests: false, cases: ofTwo },
  ),
  rule(
    () => transforms.keepParamsNonnegative(),
    alone((g, { param }) => Math.max(g, -param)),
    { moves: true },
  ),
  ...[true, false].map((nesterov) =>
    rule(() => transforms.trace({ decay: 0.5, nesterov }), {
      init: () => 0,
      next: (g, old) => {
        const kept = g + old / 2
        return [nesterov ? g + kept / 2 : kept, kept]
      },
    }),
  ),
  ...[true, false].map((debias) =>
    rule(() => transforms.ema({ decay: 0.75, debias }), {
      init: () => 0,
      next: (g, old, { count }) => {
        const kept = mix(0.75, old, g)
        return [debias ? kept / (1 - 0.75 ** (count + 1)) : kept, kept]
      },
    }),
  ),
  rule(() => transforms.grokfast({ alpha: 0.75, lamb: 3 }), {
    init: () => 0,
    next: (g, old, { count }) => {
      const slow = count === 0 ? g : mix(0.75, old, g)
      return [g + 3 * slow, slow]
    },
  }),
  // at the end of a round a leaf gets what it has gathered, though it has no gradient then
  followsWholeRule<readonly (readonly number[] | undefined)[]>(
    () => transforms.applyEvery({ k: 3 }),
    {
      init: (params) => params.map(() => undefined),
      next: (updates, old, { count }) => {
        const sums = updates.map((g, i) => (g === undefined ? old[i] : g.values.map((x, j) => x + (old[i]?.[j] ?? 0))))
        return count % 3 === 2 ? [sums, sums.map(() => undefined)] : [updates.map((g) => g?.values.map(() => 0)), sums]
      },
    },
    { missing: true, cases: trainings({ minSteps: 3, maxSteps: 8 }) },
  ),
  rule(() => transforms.scaleByOptimisticGradient({ alpha: later, beta: (t) => (t + 1) / 4 }), {
    init: () => 0,
    next: (g, before, { count }) => {
      const beta = (count + 1) / 4
      return [count === 0 ? g / 2 : (later(count) + beta) * g - beta * before, g]
    },
  }),
  rule(() => transforms.scaleByRss({ initialAccumulatorValue: 0.5, eps: 0.25 }), {
    init: () => 0.5,
    next: (g, old) => [g / Math.sqrt(old + g * g + 0.25), old + g * g],
  }),
  rule(() => transforms.scaleByRss({ initialAccumulatorValue: 0, eps: 0 }), {
    init: () => 0,
    next: (g, old) => [old + g * g === 0 ? 0 : g / Math.sqrt(old + g * g), old + g * g],
  }),
  ...[true, false].flatMap((epsInSqrt) =>
    [true, false].flatMap((biasCorrection) => {
      const options = { decay: 0.75, eps: 0.5, initialScale: 0.25, epsInSqrt, biasCorrection }
      const root = (v: number) => (epsInSqrt ? Math.sqrt(v + 0.5) : Math.sqrt(v) + 0.5)
      const c = (count: number) => (biasCorrection ? 1 - 0.75 ** (count + 1) : 1)
      return [
        rule(() => transforms.scaleByRms(options), {
          init: () => 0.25,
          next: (g, old, { count }) => {
            const v = mix(0.75, old, g * g)
            return [g / root(v / c(count)), v]
          },
        }),
        // the root is of a difference, which eps alone keeps from 0
        rule<Two>(
          () => transforms.scaleByStddev({ ...options, initialScale: 4096 }),
          {
            init: (): Two => [0, 4096],
            next: (g, [m0, v0], { count }) => {
              const [m, v] = [mix(0.75, m0, g), mix(0.75, v0, g * g)]
              return [g / root(v / c(count) - (m / c(count)) ** 2), [m, v]]
            },
          },
          { missing: true, tolerance: 1e-3, cases: trainings({ maxSteps: 6 }) },
        ),
      ]
    }),
  ),
  ...(['hard', 'smooth', 'refined'] as const).map((mode) =>
    rule(
      () => transforms.scaleByLion({ b1: 0.5, b2: 0.75, mode, smoothBeta: 0.25 }),
      {
        init: () => 0,
        next: (g, m) => {
          const x = mix(0.5, m, g)
          const u = { hard: Math.sign(x), smooth: Math.tanh(x / 4), refined: Math.abs(x) < 1 ? x : Math.sign(x) }
          return [u[mode], mix(0.75, m, g)]
        },
      },
      { missing: true, cases: trainings({ maxSteps: 4 }) },
    ),
  ),
  ...[true, false].map((lag) =>
    rule<Two>(
      () =>
        transforms.scaleByRprop({
          learningRate: 0.5,
          etaMinus: 0.5,
          etaPlus: 1.25,
          minStepSize: 0.125,
          maxStepSize: 1,
          lag,
        }),
      {
        init: (): Two => [0.5, 0],
        next: (g, [size, before]) => {
          const agreed = Math.sign(g * before)
          const changed = Math.min(Math.max(size * (agreed > 0 ? 1.25 : 0.5), 0.125), 1)
          const now = agreed === 0 ? size : changed
          const next = agreed < 0 ? 0 : now * Math.sign(g)
          return [agreed < 0 ? 0 : lag ? before : next, [now, next]]
        },
      },
      { missing: true, cases: long },
    ),
  ),
  ...[later, 0.5].map((learningRate) =>
    rule<Three>(
      () => transforms.scaleByMadgrad({ learningRate, momentum: 0.75, eps: 0.25 }),
      {
        init: (param): Three => [0, 0, param],
        next: (g, [squares0, s0, start], { param, count }) => {
          const rate = typeof learningRate === 'number' ? learningRate : learningRate(count)
          const lambda = (rate + 0.25) * Math.sqrt(count + 1)
          const [squares, s] = [squares0 + lambda * g * g, s0 + lambda * g]
          return [0.25 * (start - s / (Math.cbrt(squares) + 0.25) - param), [squares, s, start]]
        },
      },
      { missing: true, moves: true },
    ),
  ),
  rule<readonly number[]>(
    () => transforms.scaleByCocob({ alpha: 3, eps: 0.25 }),
    {
      init: (param): readonly number[] => [param, 0, 0.25, 0, 0],
      next: (g, [start = 0, c0 = 0, l0 = 0, g0 = 0, r0 = 0], { param }) => {
        const [l, all, c] = [Math.max(l0, Math.abs(g)), g0 + Math.abs(g), c0 - g]
        const r = Math.max(r0 - g * (param - start), 0)
        return [start + (c * (l + r)) / (l * Math.max(all + l, 3 * l)) - param, [start, c, l, all, r]]
      },
    },
    { missing: true, moves: true, cases: trainings({ maxSteps: 4 }) },
  ),
  ...([2, 'none'] as const).map((clipThreshold) =>
    rule<Two>(
      () => transforms.scaleBySophia({ b1: 0.5, b2: 0.75, eps: 0.25, gamma: 0.5, clipThreshold, updateInterval: 2 }),
      {
        init: two,
        next: (g, [m0, h], { param, count }) => {
          const m = mix(0.5, m0, g)
          const u = m / (1 - 0.5 ** (count + 1)) / Math.max(0.5 * h, 0.25)
          const most = clipThreshold === 'none' ? Infinity : clipThreshold
          return [Math.min(Math.max(u, -most), most), [m, count % 2 === 0 ? mix(0.75, h, param ** 2 + count) : h]]
        },
      },
      {
        reference: false,
        extra: {
          curvature: (params: Tree, key: number) => mapTree((x) => tf.tidy(() => tf.add(tf.square(x), key)))(params),
        },
        guests: false,
      },
    ),
  ),
]

const leaves: readonly Suite[] = [
  whole(
    () => transforms.clipByBlockRms({ threshold: 3 }),
    eachLeafAlone((g) => g.values.map((x) => (rms(g) > 3 ? (x * 3) / rms(g) : x))),
  ),
  whole(
    () => transforms.scaleByParamBlockNorm({ minScale: 20 }),
    eachLeafAlone((g, p) => g.values.map((x) => x * Math.max(norm(p.values), 20))),
  ),
  whole(
    () => transforms.scaleByParamBlockRms({ minScale: 20 }),
    eachLeafAlone((g, p) => g.values.map((x) => x * Math.max(rms(p), 20))),
  ),
  ...[0, 30].map((minNorm) =>
    whole(
      () => transforms.scaleByTrustRatio({ minNorm, trustCoefficient: 0.5, eps: 0.25 }),
      eachLeafAlone((g, p) => {
        const [a, b] = [Math.max(norm(p.values), minNorm), Math.max(norm(g.values), minNorm)]
        return g.values.map((x) => (a === 0 || b === 0 ? x : (x * 0.5 * a) / (b + 0.25)))
      }),
    ),
  ),
  // lengths of none and of one
  whole(
    () => transforms.scaleByTrustRatio({ trustCoefficient: 0.5, eps: 0 }),
    eachLeafAlone((g, p) => {
      const [a, b] = [norm(p.values), norm(g.values)]
      return g.values.map((x) => (a === 0 || b === 0 ? x : (x * 0.5 * a) / b))
    }),
    {
      missing: true,
      cases: trainings({ shapes: [[], [2]], values: fc.constantFrom(0, 1), gradients: fc.constantFrom(0, 1, -2) }),
    },
  ),
  whole(
    () => transforms.scaleByNovograd({ b1: 0.5, b2: 0.75, eps: 0.25, epsRoot: 0.5, weightDecay: later }),
    eachLeaf(
      ({ values }) => ({ m: values.map(() => 0), v: 0 }),
      (g, { m, v }, { param, count }) => {
        const square = count === 0 ? norm(g.values) ** 2 : mix(0.75, v, norm(g.values) ** 2)
        const next = g.values.map(
          (x, i) =>
            (count === 0 ? 0 : 0.5 * (m[i] ?? 0)) +
            x / (Math.sqrt(square + 0.5) + 0.25) +
            (param.values[i] ?? 0) / (2 + count),
        )
        return [next, { m: next, v: square }]
      },
    ),
  ),
  // longer than one, and shorter
  ...[missing, { missing: true, cases: trainings({ gradients: small.map((x) => x / 8) }) }].map((more) =>
    whole(
      () => transforms.scaleByMars({ gamma: 0.5, b1: 0.5 }),
      eachLeaf(
        ({ values }): readonly number[] => values.map(() => 0),
        (g, last, { count }) => {
          const c = g.values.map((x, i) => x + 0.5 * (x - (last[i] ?? 0)))
          return [count === 0 ? g.values : c.map((x) => x / Math.max(1, norm(c))), g.values]
        },
      ),
      more,
    ),
  ),
  whole(
    () => transforms.scaleByStableAdamw({ b1: 0.5, b2: 0.75, eps: 2, weightDecay: later }),
    eachLeaf(
      ({ values }) => values.map(two),
      (g, old, { param, count }) => {
        const t = count + 1
        const now = (b: number): number => (b * (1 - b ** (t - 1))) / (1 - b ** t)
        const next = g.values.map((x, i) => {
          const [m, v] = old[i] ?? [0, 0]
          return [mix(now(0.5), m, x), mix(now(0.75), v, x * x)] as const
        })
        const surprise = sum(g.values.map((x, i) => x ** 2 / Math.max(next[i]?.[1] ?? 0, 4)))
        const most = Math.max(1, Math.sqrt(surprise / Math.max(1, g.values.length)))
        return [next.map(([m, v], i) => (m / (Math.sqrt(v) + 2) + (param.values[i] ?? 0) / (2 + count)) / most), next]
      },
    ),
  ),
  whole(
    () => transforms.scaleByDistanceOverGradients({ repsRel: 0.25, eps: 0.5, globalScale: 2 }),
    eachLeaf(
      ({ values }) => ({ start: values, far: 0, all: 0 }),
      (g, { start, far, all }, { param }) => {
        const gone = norm(param.values.map((x, i) => x - (start[i] ?? 0)))
        const now = far > 0 ? Math.max(far, gone) : 0.25 * (1 + norm(start))
        const squares = all + norm(g.values) ** 2
        return [g.values.map((x) => (2 * now * x) / Math.sqrt(squares + 0.5)), { start, far: now, all: squares }]
      },
      ({ far, all }) => ({ maxDist: [far], gradSumOfSquares: [all] }),
    ),
    { missing: true, moves: true, cases: trainings({ maxSteps: 4 }) },
  ),
  // what a quotient of float32 can not hold alone, at and beyond where a norm is brought down before
  whole(
    () => transforms.adaptiveGradClip({ clipping: 2 ** -60, eps: 1 }),
    eachLeafAlone(({ values }) => values.map((x) => 2 ** -60 * Math.sign(x))),
    {
      cases: fc
        .constantFrom(1.25 * 2 ** 62, 1.75 * 2 ** 62, 1.5 * 2 ** 63, 2 ** 100, 1.5 * 2 ** 126)
        .map((g) => ({ params: { w: one(0) }, grads: [{ w: one(g) }, { w: one(-g) }] })),
    },
  ),
  // the norms of units, and clips by them
  followsWholeRule(
    () => transforms.statelessWithTreeMap({ f: (g) => transforms.unitwiseNorm(g) }),
    eachLeafAlone((g) => over(g, unitsOf(g.shape), norm)),
    { ...missing, cases: trainings({ shapes: [...everyShape, ...shaped, [2, 2, 2, 2]] }) },
  ),
  followsWholeRule(
    () => transforms.statelessWithTreeMap({ f: (g) => transforms.unitwiseNorm(g, { axis: -1 }) }),
    eachLeafAlone((g) => over(g, [g.shape.length - 1], norm)),
    { ...missing, cases: trainings({ shapes: shaped }) },
  ),
  followsRule(
    () =>
      transforms.statelessWithTreeMap({
        f: (g) =>
          tf.tidy(() =>
            transforms.unitwiseClip(transforms.unitwiseNorm(g, { axis: [] }), tf.fill(g.shape, 3), g, { divEps: 4 }),
          ),
      }),
    alone((g) => (Math.abs(g) < 3 ? g : (3 * g) / Math.max(Math.abs(g), 4))),
    missing,
  ),
  // axes of leaves
  ...[undefined, null, -1, [0, -1]].map((given) => {
    const axis = given ?? undefined
    return whole(
      () => transforms.adaptiveGradClip({ clipping: 0.5, eps: 2, ...(axis === undefined ? {} : { axis }) }),
      eachLeafAlone((g, p) => {
        const { shape, values } = g
        const rank = shape.length
        const axes = axis === undefined ? unitsOf(shape) : [axis].flat().map((i) => (i + rank) % rank)
        const [size, weights] = [over(g, axes, norm), over(p, axes, norm)]
        return values.map((x, i) => {
          const [now, most] = [size[i] ?? 0, 0.5 * Math.max(weights[i] ?? 0, 2)]
          return now < most ? x : now === 0 ? 0 : (x * most) / now
        })
      }),
      given === undefined ? missing : { missing: true, cases: trainings({ shapes: [...shaped, [2, 2, 2, 2]] }) },
    )
  }),
  ...[0, -1].map((axis) =>
    whole(
      () => transforms.centralize({ axis }),
      eachLeafAlone((g) => {
        const { shape, values } = g
        if (shape.length < 2) return values
        const mean = over(g, axesBut(shape, axis === 0 ? 0 : shape.length - 1), (some) => sum(some) / some.length)
        return values.map((x, i) => x - (mean[i] ?? 0))
      }),
    ),
  ),
  ...[
    { b2: 1, eps: 0.25, cases: undefined },
    { b2: 0.75, eps: 0.25, cases: undefined },
    { b2: 0.75, eps: 0, cases: eachOf([[2, 3], [3], []]) },
  ].map(({ b2, eps, cases }) =>
    whole(
      () => transforms.scaleBySm3({ b1: 0.5, b2, eps }),
      eachLeaf(
        ({ shape, values }) => ({
          shape,
          m: values.map(() => 0),
          covers: shape.map(() => values.map(() => 0)),
          one: values.map(() => 0),
        }),
        (g, { shape, m, covers, one }) => {
          const least = g.values.map((_, i) =>
            Math.min(...(covers.length === 0 ? [one] : covers).map((c) => c[i] ?? 0)),
          )
          const a = g.values.map((x, i) => (b2 === 1 ? 1 : 1 - b2) * x * x + b2 * (least[i] ?? 0))
          const next = g.values.map((x, i) => mix(0.5, m[i] ?? 0, a[i] === 0 ? 0 : x / Math.sqrt((a[i] ?? 0) + eps)))
          const square = { shape: g.shape, values: a }
          const most = g.shape.map((_, axis) => [...over(square, axesBut(g.shape, axis), (some) => Math.max(...some))])
          return [next, { shape, m: next, covers: most, one: a }]
        },
        cases === undefined
          ? undefined
          : ({ shape, m, covers, one }) => {
              const [rows = one, columns] = covers.map((c, axis) => firsts(shape, axesBut(shape, axis), c))
              return { nu: m, 'mu.0': rows, 'mu.1': columns }
            },
      ),
      cases === undefined ? missing : { cases },
    ),
  ),
  // of vectors it is AdaGrad, with as many accumulators
  whole(
    () => transforms.scaleBySm3({ b1: 0, b2: 1, eps: 0.25 }),
    {
      ...eachLeaf(
        ({ values }): readonly number[] => values.map(() => 0),
        (g, old) => {
          const all = g.values.map((x, i) => (old[i] ?? 0) + x * x)
          return [g.values.map((x, i) => x / Math.sqrt((all[i] ?? 0) + 0.25)), all]
        },
      ),
      state: (kept) => ({ 'mu.0': kept, 'mu.length': 1 }),
    },
    { cases: eachOf([[3], []]) },
  ),
  ...[
    { minDimSizeToFactor: 2 },
    { minDimSizeToFactor: 3, stepOffset: -1, decayRate: 0.5 },
    { minDimSizeToFactor: 2, factored: false },
    { minDimSizeToFactor: 2, decayRateFn: (count: number, rate: number) => 1 - rate / (1 + count) },
  ].map((options) =>
    whole(
      () => transforms.scaleByFactoredRms({ ...options, epsilon: 0.25 }),
      eachLeaf(
        ({ shape, values }) => ({
          shape,
          rows: values.map(() => 0),
          cols: values.map(() => 0),
          all: values.map(() => 0),
        }),
        (g, { shape, rows, cols, all }, { count }) => {
          const { decayRate, stepOffset } = { decayRate: 0.8, stepOffset: 0, ...options }
          const at = count - stepOffset
          const keep =
            'decayRateFn' in options && options.decayRateFn !== undefined
              ? options.decayRateFn(at, decayRate)
              : 1 - (at + 1) ** -decayRate
          const square = { shape: g.shape, values: g.values.map((x) => x * x + 0.25) }
          const moved = (old: readonly number[], x: readonly number[]) => x.map((one, i) => mix(keep, old[i] ?? 0, one))
          const mean = (of: Numbers, axis: number) => over(of, [axis], (some) => sum(some) / some.length)
          const [long, second] = longestTwo(shape, options)
          if (long === undefined || second === undefined) {
            const next = moved(all, square.values)
            return [g.values.map((x, i) => x / Math.sqrt(next[i] ?? 0)), { shape, rows, cols, all: next }]
          }
          const [r, c] = [moved(rows, mean(square, long)), moved(cols, mean(square, second))]
          const whole = mean({ shape, values: r }, second)
          const u = g.values.map((x, i) => x / Math.sqrt((r[i] ?? 0) / (whole[i] ?? 0)) / Math.sqrt(c[i] ?? 0))
          return [u, { shape, rows: r, cols: c, all }]
        },
        ({ shape, rows, cols, all }) => {
          const [long, second] = longestTwo(shape, options)
          if (long === undefined || second === undefined) return { vRow: undefined, vCol: undefined, v: all }
          return { vRow: firsts(shape, [long], rows), vCol: firsts(shape, [second], cols), v: undefined }
        },
      ),
      { missing: true, cases: trainings({ shapes: [...shaped, [3], []] }), counted: 'count' },
    ),
  ),
  // blocks of Adam-mini: the last axis, and what else it may be told
  ...(
    [
      [
        undefined,
        (shape: readonly number[]) =>
          groups(shape, shape.length > 1 ? axesBut(shape, shape.length - 1) : [0, 1, 2, 3, 4]),
      ],
      [
        'leaf',
        (shape: readonly number[]) =>
          groups(
            shape,
            shape.map((_, i) => i),
          ),
      ],
      [
        { axis: 0, parts: 1 },
        (shape: readonly number[]) =>
          groups(
            shape,
            shape.map((_, i) => i),
          ),
      ],
      [{ axis: 0 }, (shape: readonly number[]) => groups(shape, axesBut(shape, 0))],
      [
        { axis: -2, parts: 2 },
        (shape: readonly number[]) =>
          groups(
            [...shape.slice(0, -2), 2, (shape.at(-2) ?? 0) / 2, ...shape.slice(-1)],
            axesBut([...shape, 0], shape.length - 2),
          ),
      ],
    ] as const
  ).map(([blocks, keysOf]) =>
    whole(
      () =>
        transforms.scaleByAdamMini({
          b1: 0.5,
          b2: 0.75,
          eps: 0.25,
          ...(blocks === undefined
            ? {}
            : { blocks: ((params: Tree) => mapTree(() => blocks as never)(params)) as never }), // a choice for each leaf
        }),
      eachLeaf(
        ({ values }) => values.map(two),
        (g, old, { count }) => {
          const keys = keysOf(g.shape)
          const mean = (key: string | undefined) => {
            const some = g.values.filter((_, i) => keys[i] === key)
            return sum(some.map((x) => x * x)) / some.length
          }
          const next = g.values.map((x, i) => {
            const [m, v] = old[i] ?? [0, 0]
            return [mix(0.5, m, x), mix(0.75, v, mean(keys[i]))] as const
          })
          const t = count + 1
          return [next.map(([m, v]) => m / (1 - 0.5 ** t) / (Math.sqrt(v / (1 - 0.75 ** t)) + 0.25)), next]
        },
      ),
      blocks === undefined
        ? { missing: true, counted: 'count' }
        : {
            missing: true,
            counted: 'count',
            guests: false,
            cases: trainings({
              shapes: [
                [2, 3],
                [4, 2],
                [2, 2, 3],
              ].filter((s) => blocks === 'leaf' || blocks.axis === 0 || s.length === 2 || s.at(-2) === 2),
            }),
          },
    ),
  ),
  ...[
    { delta: 0.97, nesterov: false },
    { delta: 0.23, nesterov: true },
    { delta: 10, nesterov: true },
  ].flatMap(({ delta, nesterov }) => [
    whole(
      () =>
        transforms.scaleByAdamp({ b1: 0.5, b2: 0.75, eps: 0.25, delta, wdRatio: 0.5, weightDecay: later, nesterov }),
      eachLeaf(
        ({ values }) => values.map(two),
        (g, old, { param, count }) => {
          const t = count + 1
          const next = g.values.map((x, i) => {
            const [m, v] = old[i] ?? [0, 0]
            return [mix(0.5, m, x), mix(0.75, v, x * x)] as const
          })
          const step = next.map(
            ([m, v], i) =>
              (nesterov ? mix(0.5, m, g.values[i] ?? 0) : m) / (Math.sqrt(v) / Math.sqrt(1 - 0.75 ** t) + 0.25),
          )
          const { left, share } = shed(g, param, step, delta)
          return [left.map((x, i) => x / (1 - 0.5 ** t) + (share * (param.values[i] ?? 0)) / (2 + count)), next]
        },
      ),
      { missing: true, cases: slanted, counted: 'count' },
    ),
    whole(
      () => transforms.scaleBySgdp({ momentum: 0.5, eps: 0.25, delta, wdRatio: 0.5, weightDecay: later, nesterov }),
      eachLeaf(
        ({ values }) => values.map(() => 0),
        (g, old, { param, count }) => {
          const kept = g.values.map((x, i) => 0.5 * (old[i] ?? 0) + x)
          const step = nesterov ? kept.map((x, i) => (g.values[i] ?? 0) + 0.5 * x) : kept
          const { left, share } = shed(g, param, step, delta)
          return [left.map((x, i) => x + (share * (param.values[i] ?? 0)) / (2 + count) / 0.5), kept]
        },
      ),
      { missing: true, cases: slanted, counted: 'count' },
    ),
  ]),
]

/** The two longest axes; of equal ones the later is longer. None where they are not factored. */
function longestTwo(
  shape: readonly number[],
  { factored = true, minDimSizeToFactor: least }: { readonly factored?: boolean; readonly minDimSizeToFactor: number },
): readonly number[] {
  const axes = shape.map((_, axis) => axis).toSorted((a, b) => (shape[b] ?? 0) - (shape[a] ?? 0) || b - a)
  return factored && (shape[axes[1] ?? -1] ?? 0) >= least ? axes : []
}
/** One number of each group, in their order. */
function firsts(shape: readonly number[], axes: readonly number[], values: readonly number[]): readonly number[] {
  const keys = groups(shape, axes)
  return values.filter((_, i) => keys.indexOf(keys[i] ?? '') === i)
}

/** What AdamP sheds: the part along the parameters, where the gradient is nearly perpendicular to them. */
function shed(g: Numbers, p: Numbers, step: readonly number[], delta: number) {
  const rank = g.shape.length
  if (rank < 2) return { left: step, share: 1 }
  for (const axes of [axesBut(g.shape, rank - 1), g.shape.map((_, i) => i)]) {
    const times = (a: readonly number[], b: readonly number[]): Numbers => ({
      shape: g.shape,
      values: a.map((x, i) => x * (b[i] ?? 0)),
    })
    const lengths = (x: Numbers) => over(x, axes, norm)
    const [dots, gs, ps] = [over(times(g.values, p.values), axes, sum), lengths(g), lengths(p)]
    const cosines = dots.map((x, i) => Math.abs(x) / (Math.max(gs[i] ?? 0, 0.25) * Math.max(ps[i] ?? 0, 0.25)))
    const size = axes.reduce((n, axis) => n * (g.shape[axis] ?? 1), 1)
    if (Math.max(...cosines) >= delta / Math.sqrt(size)) continue
    const unit = p.values.map((x, i) => x / ((ps[i] ?? 0) + 0.25))
    const along = over(times(unit, step), axes, sum)
    return { left: step.map((x, i) => x - (unit[i] ?? 0) * (along[i] ?? 0)), share: 0.5 }
  }
  return { left: step, share: 1 }
}

const losses = {
  extra: (grads: Tree) => ({ value: lossOf(grads) }),
}
/** A loss that goes up and down with the gradients: their largest element. */
function lossOf(tree: Tree): number {
  const values = leavesOf(tree).flatMap((x) => [...x.dataSync()])
  return 8 + Math.max(-4, ...values) / 16
}
function leavesOf(tree: Tree): readonly tf.Tensor[] {
  if (tree === null) return []
  return 'dataSync' in tree ? [tree as tf.Tensor] : Object.values(tree).flatMap((child: Tree) => leavesOf(child)) // no container has it
}
const valueOf = (extra: unknown): number => (extra as { readonly value: number }).value // as `losses` gives it

const trees: readonly Suite[] = [
  whole(() => transforms.clipByGlobalNorm({ maxNorm: 40 }), {
    init: () => null,
    next: (updates) => [scaled(updates, Math.min(1, 40 / Math.max(norm(allOf(updates)), 1e-9))), null],
  }),
  whole(() => transforms.normalize(), {
    init: () => null,
    next: (updates) => [scaled(updates, norm(allOf(updates)) === 0 ? 1 : 1 / norm(allOf(updates))), null],
  }),
  ...[20, 0].map((eps) =>
    whole(() => transforms.normalizeByUpdateNorm({ scaleFactor: -3, eps }), {
      init: () => null,
      next: (updates) => [scaled(updates, -3 / (norm(allOf(updates)) + eps || 1)), null],
    }),
  ),
  whole(
    () => transforms.keepParamsIn((params) => projectionL2Ball(params, { scale: 20 })),
    {
      init: () => null,
      next: (updates, _, { params }) => {
        const moved = params.map(({ values }, i) => values.map((x, j) => x + (updates[i]?.values[j] ?? 0)))
        const share = Math.min(1, 20 / Math.max(norm(moved.flat()), 1e-9))
        return [
          updates.map((one, i) =>
            one?.values.map((_x, j) => share * (moved[i]?.[j] ?? 0) - (params[i]?.values[j] ?? 0)),
          ),
          null,
        ]
      },
    },
    { missing: true, reference: false },
  ),
  ...(['distance', 'heuristic', 'learningRate'] as const).map((kind) =>
    whole(
      () => transforms.scaleByDog({ initStep: [kind, 0.25], eps: 0.5 }),
      {
        init: (params) => ({ start: params.map(({ values }) => values), far: kind === 'distance' ? 0.25 : 0, all: 0 }),
        next: (updates, { start, far, all }, { params }) => {
          const gone = norm(params.flatMap(({ values }, i) => values.map((x, j) => x - (start[i]?.[j] ?? 0))))
          const first = kind === 'heuristic' && all === 0
          const now = first ? 0.25 * (1 + norm(start.flat())) : Math.max(far, gone)
          const squares = all + norm(allOf(updates)) ** 2
          const rate = kind === 'learningRate' && all === 0 ? 0.25 : now / Math.sqrt(squares + 0.5)
          return [scaled(updates, rate), { start, far: now, all: squares }]
        },
        state: ({ far, all }) => ({ maxDist: [[far]], sumSqNormGrads: [[all]] }),
      },
      { moves: true, cases: seen },
    ),
  ),
  ...[4, undefined].map((initEstimSqDist) =>
    whole(
      () => transforms.scaleByDowg({ eps: 0.5, ...(initEstimSqDist === undefined ? {} : { initEstimSqDist }) }),
      {
        init: (params) => ({ start: params.map(({ values }) => values), far: initEstimSqDist ?? 0.5, all: 0 }),
        next: (updates, { start, far, all }, { params }) => {
          const gone = norm(params.flatMap(({ values }, i) => values.map((x, j) => x - (start[i]?.[j] ?? 0)))) ** 2
          const now = Math.max(far, gone)
          const squares = all + now * norm(allOf(updates)) ** 2
          return [scaled(updates, now / (Math.sqrt(squares) + 0.5)), { start, far: now, all: squares }]
        },
      },
      { moves: true, cases: seen },
    ),
  ),
  ...(['sps', 'sps+'] as const).flatMap((variant) =>
    [4, 9].map((fMin) =>
      whole(
        () => transforms.scaleByPolyak({ fMin, maxLearningRate: 0.25, eps: 2, variant }),
        {
          init: () => null,
          next: (updates, _, { extra }) => {
            const gap = valueOf(extra) - fMin
            const rate = Math.min((variant === 'sps+' ? Math.max(gap, 0) : gap) / (norm(allOf(updates)) ** 2 + 2), 0.25)
            return [scaled(updates, rate), null]
          },
        },
        { ...losses, cases: trainings({ gradients: small }) },
      ),
    ),
  ),
  // ε beside what is large
  whole(
    () => transforms.scaleByPolyak({ fMin: 4, maxLearningRate: 0.25, eps: 2 ** 20 }),
    {
      init: () => null,
      next: (updates, _, { extra }) => {
        const rate = Math.min((valueOf(extra) - 4) / (norm(allOf(updates)) ** 2 + 2 ** 20), 0.25)
        return [scaled(updates, rate), null]
      },
    },
    { ...losses, cases: trainings({ gradients: small.map((x) => 512 * x) }) },
  ),
  // at, above and below what counts as none, and beyond where a square is a float32
  whole(
    () => transforms.scaleByPolyak({ fMin: 4, maxLearningRate: 0.25, eps: 2 ** -60 }),
    {
      init: () => null,
      next: (updates, _, { extra }) => {
        const square = norm(allOf(updates)) ** 2 + 2 ** -60
        const rate = square <= 2 ** -52 ? 0 : Math.min((valueOf(extra) - 4) / square, 0.25)
        return [scaled(updates, rate), null]
      },
    },
    {
      ...losses,
      cases: fc
        .constantFrom(
          [0.6875, 0.875, 1.25, 1.75].map((x) => x * 2 ** -26),
          ...[40, 59, 63, 70, 100].map((power) => [2 ** power, -(2 ** power)]),
        )
        .map((all) => ({ params: { w: one(2 ** -40) }, grads: all.map((g) => ({ w: one(g) })) })),
    },
  ),
  ...[
    { patience: 1, cooldown: 0, accumulationSize: 1, rtol: 0.01, atol: 0, minScale: 0.2 },
    { patience: 2, cooldown: 1, accumulationSize: 1, rtol: 0, atol: 0.01, minScale: 0 },
    // as much less as is asked, now and then, is not less by more
    { patience: 2, cooldown: 0, accumulationSize: 1, rtol: 0, atol: 0.125, minScale: 0 },
    { patience: 1, cooldown: 2, accumulationSize: 2, rtol: 0.05, atol: 0.05, minScale: 0 },
  ].map((o) =>
    whole(
      () => transforms.reduceOnPlateau({ ...o, factor: 0.5 }),
      {
        init: () => ({ scale: 1, best: Infinity, row: 0, rest: 0, seen: [] as readonly number[] }),
        state: ({ scale, best, row, rest, seen: some }) => ({
          scale,
          bestValue: best,
          plateauCount: row,
          cooldownCount: rest,
          count: some.length,
          avgValue: some.length === 0 ? 0 : sum(some) / some.length,
        }),
        next: (updates, { seen: before, ...now }, { extra }) => {
          const all = [...before, valueOf(extra)]
          if (all.length < o.accumulationSize) return [scaled(updates, now.scale), { ...now, seen: all }]
          const loss = sum(all) / all.length
          const better = loss < (1 - o.rtol) * now.best - o.atol
          const best = better ? loss : now.best
          const row = better ? 0 : now.row + 1
          if (now.rest > 0) return [scaled(updates, now.scale), { ...now, best, row: 0, rest: now.rest - 1, seen: [] }]
          const due = row === o.patience
          const scale = Math.max(due ? now.scale / 2 : now.scale, o.minScale)
          return [scaled(updates, scale), { scale, best, row: due ? 0 : row, rest: due ? o.cooldown : 0, seen: [] }]
        },
      },
      { ...losses, cases: long },
    ),
  ),
  whole(() => transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0, batchSize: 4 }), {
    init: () => null,
    next: (updates) => [scaled(updates, 0.25), null],
  }),
]

for (const [i, suite] of [...adams, ...others, ...leaves, ...trees].entries())
  describeLaws({ ...suite, name: `${suite.name} (${i})` }, { numRuns: everything ? 24 : 2 })

function one(x: number): Numbers {
  return { shape: [1], values: [x] }
}
