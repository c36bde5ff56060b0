import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { maskedLaws } from '../../laws/maskedLaws.js'
import { measureLaws } from '../../laws/measureLaws.js'
import { multiStepsLaws } from '../../laws/multiStepsLaws.js'
import { partitionLaws } from '../../laws/partitionLaws.js'
import { skippingLaws } from '../../laws/skippingLaws.js'
import { followsRule, type PlainRule } from '../../laws/transformation/followsRule.js'
import { followsWholeRule } from '../../laws/transformation/followsWholeRule.js'
import { sameTraining } from '../../laws/transformation/sameTraining.js'
import type { Suite } from '../../laws/Suite.js'
import { describeLaws } from '../../laws/vitest.js'
import { type ArrayLeaf, arrayLeaf } from '../equation/reference.js'
import { copied } from '../equation/Slot.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import type { Schedule } from '../scalars/Schedule.js'
import { equation } from '../transformation/equation.js'
import { scale } from '../transforms/scale.js'
import { scaleBySchedule } from '../transforms/scaleBySchedule.js'
import { trace } from '../transforms/trace.js'
import { mapTree } from '../tree/mapTree.js'
import type { Tree } from '../tree/Tree.js'
import { byPath } from './byPath.js'
import { cautious } from './cautious.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'
import { flush } from './flush.js'
import { injectHyperparams } from './injectHyperparams.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { measureWithEma } from './measureWithEma.js'
import { mechanize } from './mechanize.js'
import { monitor } from './monitor.js'
import { hasUpdated, multiSteps } from './multiSteps.js'
import { partition } from './partition.js'
import { sam } from './sam.js'
import { skipLargeUpdates, skipNotFinite } from './skipUpdates.js'
import { snapshot } from './snapshot.js'
import { split } from './split.js'
import { hide } from './transformations.js'

const on = (all: number) => ({ numRuns: backendName === 'webgl' ? 1 : whole ? all : 3 })

/** The choice for each leaf as a tree like the parameters; `cut`: one for a branch whose leaves agree. */
const written =
  <A>(choice: (path: string) => A, cut: boolean) =>
  (params: Tree): unknown => {
    const told = (tree: unknown): unknown => {
      if (!cut || typeof tree !== 'object' || tree === null) return tree
      const children = Object.values(tree).map(told)
      const [first] = children
      if (children.length > 0 && typeof first !== 'object' && children.every((one) => one === first)) return first
      return Array.isArray(tree) ? children : Object.fromEntries(Object.keys(tree).map((key, i) => [key, children[i]]))
    }
    return told(mapTree((_, path) => choice(path) as never)(params)) // a tree of choices, whatever these are
  }

for (const cut of [true, false]) {
  describeLaws(
    {
      ...maskedLaws({
        mask: (shows, otherwise) => (tx) => hide(masked({ mask: written(shows, cut) as never, otherwise })(tx)),
      }),
      name: `masks as trees${cut ? ', cut short' : ''}`,
    },
    on(12),
  )
  describeLaws(
    {
      ...partitionLaws({
        split: (transforms, label) => hide(partition({ transforms, paramLabels: written(label, cut) as never })),
      }),
      name: `labels as trees${cut ? ', cut short' : ''}`,
    },
    on(8),
  )
}

for (const suite of [
  measureLaws({
    // each refuses by itself what is no measure
    watch: (measure, smoothed) =>
      hide(monitor({ now: measure, smooth: measureWithEma({ measure: (g) => measure(g), ...smoothed }) })),
    named: (name, measure) => hide(monitor({ [name]: measure })),
    kept: (state, name) => (state as { readonly measurements: Readonly<Record<string, unknown>> }).measurements[name], // of monitor
    remembering: (name, measure) => hide(monitor({ [name]: measure })),
  }),
  measureLaws({
    named: (name, measure) => hide(snapshot({ measureName: name, measure })),
  }),
  multiStepsLaws({
    accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
    scheduled: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
    total: (k) => (tx) => hide(multiSteps({ everyKSchedule: k, useGradMean: false })(tx)),
    flushed: (tx) => (state, params, extra) => flush(tx)(state, params, extra ?? {}),
    updated: (state) => hasUpdated(state as Parameters<typeof hasUpdated>[0]), // of multiSteps
  }),
  skippingLaws({
    accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: skipNotFinite })(tx)),
    limited: (k, maxSquaredNorm) => (tx) =>
      hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm }) })(tx)),
    chosen: (k, leaveOut) => (tx) => hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: leaveOut })(tx)),
    flushed: (tx) => (state, params) => flush(tx)(state, params),
  }),
])
  describeLaws({ ...suite, name: `${suite.name}, more` }, on(20))

// Rules, one number at a time.

const one = trainings({ shapes: [[]], missing: false, nulls: false, minSteps: 3, maxSteps: 6 }).map((training) => ({
  params: { w: leafOf(training.params) },
  grads: training.grads.map((g) => ({ w: leafOf(g) })),
}))

/** The first number of a tree of numbers, as a leaf. */
function leafOf(spec: unknown): { readonly shape: readonly number[]; readonly values: readonly number[] } {
  const text = JSON.stringify(spec)
  const [, found = '1'] = /"values":\[(-?[\d.]+)/.exec(text) ?? []
  return { shape: [], values: [Number(found)] }
}

/** Mechanic's numbers of one decay. */
interface Scale {
  readonly r: number
  readonly m: number
  readonly v: number
  readonly s: number
}

const mechanic = (
  weightDecay: number,
  eps: number,
  sInit: number,
  n: number,
): PlainRule<readonly [number, readonly Scale[]]> => ({
  init: (param) => [param, Array.from({ length: n }, () => ({ r: 0, m: 0, v: 0, s: sInit }))],
  next: (g, [x0, scales], { param }) => {
    const past = scales.reduce((sum, { s }) => sum + s, 0)
    const back = x0 - param
    const pull = (weightDecay * past * Math.abs(g)) / (Math.abs(param) + eps)
    const h = (g * back + pull * param * back) / (past + eps)
    const next = scales.map(({ r, m, v, s }, i) => {
      const beta = 1 - 0.1 ** (i + 1)
      const most = Math.max(beta * m, Math.abs(h) + eps)
      const square = beta ** 2 * v + h * h
      const reward = beta * r + s * Math.min(Math.max(h, -m), m)
      return {
        r: reward,
        m: most,
        v: square,
        s: ((sInit / n) * most + Math.max(reward, 0)) / (Math.sqrt(square) + eps),
      }
    })
    const ahead = next.reduce((sum, { s }) => sum + s, 0)
    return [x0 - ahead * (back / (past + eps) + 0.5 * g) - param, [x0, next]] // the base goes down by half a gradient
  },
})

const rules: readonly Suite[] = [
  followsRule(
    () => mechanize({ sInit: 0.25, weightDecay: 0.5, eps: 0.5, numBetas: 2 })(scale({ stepSize: -0.5 })),
    mechanic(0.5, 0.5, 0.25, 2),
    { cases: one, moves: true, tolerance: 1e-3 },
  ),
  followsRule(
    () => mechanize({ sInit: 0.5, weightDecay: 0, eps: 0.25, numBetas: 1 })(scale({ stepSize: -0.5 })),
    mechanic(0, 0.25, 0.5, 1),
    { cases: one, moves: true, tolerance: 1e-3 },
  ),
  // What agrees with the gradient, and nothing else: of one number the mean of the mask is 0 or 1.
  followsRule(
    () => cautious({ downhill: false, floor: 0.5 })(trace({ decay: 0.5 })),
    { init: () => 0, next: (g, m) => [(0.5 * m + g) * g > 0 ? 0.5 * m + g : 0, 0.5 * m + g] },
    { cases: one },
  ),
  followsRule(
    () => cautious({})(sgd({ learningRate: 0.5, momentum: 0.5 })),
    { init: () => 0, next: (g, m) => [(0.5 * m + g) * g > 0 ? -0.5 * (0.5 * m + g) : 0, 0.5 * m + g] },
    { cases: one },
  ),
  followsRule(
    () => lookahead({ syncPeriod: 3, slowStepSize: 0.25 })(scale({ stepSize: -1 })),
    {
      init: (param) => ({ slow: param, since: 0 }),
      next: (g, { slow, since }, { param }) => {
        if (since < 2) return [-g, { slow, since: since + 1 }]
        const next = slow + 0.25 * (param - g - slow)
        return [next - param, { slow: next, since: 0 }]
      },
    },
    { moves: true },
  ),
  // An option that takes numbers only, by a schedule; one that takes neither stays what it is.
  followsRule(() => injectHyperparams(trace)({ decay: (count) => 1 / (2 + count), nesterov: true }), {
    init: () => 0,
    next: (g, m, { count }) => {
      const next = m / (2 + count) + g
      return [next / (2 + count) + g, next]
    },
  }),
  // An option that takes a schedule only, beside one that takes a number.
  followsRule(
    () =>
      injectHyperparams(({ stepSizeFn, stepSize }: { readonly stepSizeFn: Schedule; readonly stepSize: number }) =>
        chain(scaleBySchedule({ stepSizeFn }), scale({ stepSize })),
      )({ stepSizeFn: (count) => count + 1, stepSize: (count) => 2 - count }),
    { init: () => 0, next: (g, _, { count }) => [(2 - count) * (count + 1) * g, 0] },
  ),
  // An option that takes a schedule only.
  followsRule(() => injectHyperparams(scaleBySchedule)({ stepSizeFn: (count) => count + 1 }), {
    init: () => 0,
    next: (g, _, { count }) => [(count + 1) * g, 0],
  }),
  ...[conditionallyTransform, conditionallyMask].map((only) =>
    followsRule(
      () =>
        only({ shouldTransformFn: (step, { from }: { readonly from: number }) => step >= from })(trace({ decay: 0.5 })),
      {
        init: () => 0,
        next: (g, m, { count }) => (count < 2 ? [only === conditionallyMask ? 0 : g, m] : [0.5 * m + g, 0.5 * m + g]),
      },
      { extra: { from: 2 } },
    ),
  ),
]

/** Steps along and against each other, and none. */
const small = trainings({ missing: false, minSteps: 2, maxSteps: 4, gradients: fc.integer({ min: -2, max: 2 }) })
const valuesAt = (leaf: { readonly values: readonly number[] } | undefined) => leaf?.values ?? []

/** What is drawn back to where it began. */
const homesick = equation({ name: 'homesick', slots: { start: copied } })((A) => ({ update, param, start }) => ({
  update: A.add(update, A.sub(param, start)),
  start,
}))

/** The gradients of a bowl, at tensors or at the arrays of a reference. */
const halved = (tree: unknown): unknown => {
  if (typeof tree !== 'object' || tree === null) return tree
  if (tree instanceof tf.Tensor) return tf.mul(tree, 0.5)
  if ('values' in tree && 'shape' in tree) {
    const { values, shape } = tree as ArrayLeaf // of a reference
    return arrayLeaf(
      [...values].map((x) => 0.5 * x),
      shape,
    )
  }
  if (Array.isArray(tree)) return tree.map(halved)
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, halved(child)]))
}

const wholeRules: readonly Suite[] = [
  ...[0.5, 2].map((floor) =>
    followsWholeRule(
      () => cautious({ downhill: false, floor })(trace({ decay: 0.5 })),
      {
        init: (params) => params.map(({ values }) => values.map(() => 0)),
        next: (gradients, kept) => {
          const moments = kept.map((m, l) => m.map((x, i) => 0.5 * x + (valuesAt(gradients[l])[i] ?? Number.NaN)))
          const updates = moments.map((m, l) => {
            const agrees = m.map((x, i) => x * (valuesAt(gradients[l])[i] ?? Number.NaN) > 0)
            const share = Math.max(agrees.filter(Boolean).length / m.length, floor)
            return m.map((x, i) => (agrees[i] === true ? x / share : 0))
          })
          return [updates, moments]
        },
      },
      { cases: small, reference: true },
    ),
  ),
  // The optimizer runs by itself, at the parameters from which it climbed: in double, too.
  followsWholeRule(
    () => sam({ syncPeriod: 2 })(sgd({ learningRate: 0.5 }), sgd({ learningRate: 0.25 })),
    {
      init: (params) => params.map(({ values }) => values),
      next: (gradients, cache, { params, count }) =>
        count % 2 === 0
          ? [gradients.map((g) => valuesAt(g).map((x) => 0.25 * x)), params.map(({ values }) => values)]
          : [
              cache.map((from, l) =>
                from.map(
                  (x, i) =>
                    x - 0.5 * (valuesAt(gradients[l])[i] ?? Number.NaN) - (valuesAt(params[l])[i] ?? Number.NaN),
                ),
              ),
              cache,
            ],
    },
    { cases: small, moves: true, reference: true },
  ),
  // The same at once: the adversary is drawn to where its period began, which is where the parameters are.
  followsWholeRule(
    () =>
      sam({ syncPeriod: 2, opaqueMode: true })(sgd({ learningRate: 0.5 }), chain(homesick, scale({ stepSize: -0.25 }))),
    {
      init: () => null,
      next: (gradients, _, { params }) => [
        params.map(({ values }, l) =>
          values.map((x, i) => -0.5 * 0.5 * (x + 0.25 * (valuesAt(gradients[l])[i] ?? Number.NaN))),
        ),
        null,
      ],
    },
    { cases: small, moves: true, reference: true, extra: { gradFn: halved } },
  ),
]

for (const suite of [...rules, ...wholeRules]) describeLaws(suite, on(20))

const both = fc.tuple(trainings({ nulls: false }), trainings({ nulls: false })).map(([a, b]) => ({
  params: { a: a.params, b: b.params },
  grads: a.grads.flatMap((g, t) => (t < b.grads.length ? [{ a: g, b: b.grads[t] ?? null }] : [])),
}))
const isA = (path: string): boolean => path.startsWith('a')

for (const [short, long, cases] of [
  [
    () =>
      split('two kinds', { first: trace({ decay: 0.5 }), second: scale({ stepSize: -2 }) }, ({ paths }) =>
        paths.map(isA),
      ),
    () =>
      chain(
        masked({ mask: byPath(isA) })(trace({ decay: 0.5 })),
        masked({ mask: byPath((path) => !isA(path)) })(scale({ stepSize: -2 })),
      ),
    both,
  ],
  [
    () => injectHyperparams(adam)({ learningRate: (count) => 0.5 / (1 + count), b1: 0.75, b2: 0.5, eps: 0.25 }),
    () => adam({ learningRate: (count) => 0.5 / (1 + count), b1: 0.75, b2: 0.5, eps: 0.25 }),
    trainings(),
  ],
  [
    () => injectHyperparams(adam, { staticArgs: ['b1'] })({ learningRate: 0.5, b1: 0.75, nesterov: true }),
    () => adam({ learningRate: 0.5, b1: 0.75, nesterov: true }),
    trainings(),
  ],
] as const)
  describeLaws(sameTraining(short, long, { cases }), on(12))
