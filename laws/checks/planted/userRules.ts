import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { postHocCoefficients } from '../../../src/averaging/postHocCoefficients.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { withDoubleAverage } from '../../../src/averaging/withDoubleAverage.js'
import { withFeedback } from '../../../src/averaging/withFeedback.js'
import { byPath } from '../../../src/combinators/byPath.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { partition } from '../../../src/combinators/partition.js'
import { hide } from '../../../src/combinators/transformations.js'
import { identity } from '../../../src/transformation/identity.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { centralize } from '../../../src/transforms/centralize.js'
import { scaleByDowg } from '../../../src/transforms/scaleByDowg.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { trainings } from '../../arbitraries/training.js'
import { derivedAverageLaws } from '../../derivedAverageLaws.js'
import { feedbackLaws } from '../../feedbackLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import type { Numbers } from '../../Numbers.js'
import { partitionLaws } from '../../partitionLaws.js'
import { postHocLaws } from '../../postHocLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import type { Suite } from '../../Suite.js'
import { followsWholeRule } from '../../transformation/followsWholeRule.js'
import { eachLeaf, norm, scaled, sum } from '../plainRules.js'
import { listed, number, times, userMade } from './usersWay.js'

const length = (tree: Tree): number => {
  const squares = listed(tree).map((x) => tf.tidy(() => number(tf.sum(tf.square(x)))))
  return Math.sqrt(squares.reduce((all, one) => all + one, 0))
}
/** Next to nothing. */
const next = trainings({ missing: false, nulls: false, values: fc.constantFrom(2 ** -24, -(2 ** -30)), shapes: [[2]] })
const full = trainings({ missing: false, nulls: false, maxSteps: 3, shapes: [[3], [2, 2]] })

/** A trust ratio as users write it: lengths of what they have at hand, which are those of all leaves. */
const trusted = () =>
  userMade(
    'trusted',
    () => null,
    (grads, state, params) => {
      const [p, g] = [length(params), length(grads)]
      return [times(p === 0 || g === 0 ? 1 : p / g)(grads), state]
    },
  )

const trust = eachLeaf(
  () => null,
  (g, _, { param }) => {
    const [p, size] = [norm(param.values), norm(g.values)]
    return [g.values.map((x) => (p === 0 || size === 0 ? x : (x * p) / size)), null]
  },
)

const means = eachLeaf(
  () => null,
  (g) => {
    const [rows = 1, columns = 1] = g.shape
    const mean = (i: number): number => sum(g.values.slice(i * columns, (i + 1) * columns)) / columns
    return [
      g.shape.length < 2 || rows === 0 ? g.values : g.values.map((x, k) => x - mean(Math.floor(k / columns))),
      null,
    ]
  },
)

const gone = (params: readonly Numbers[], start: readonly (readonly number[])[]): number =>
  norm(params.flatMap(({ values }, i) => values.map((x, j) => x - (start[i]?.[j] ?? 0))))

/** One group more, that is not trained. */
const andNobody = (
  transforms: Readonly<Record<string, Transformation<Opaque>>>,
): Readonly<Record<string, Transformation<Opaque>>> => ({ ...transforms, nobody: hide(identity()) })

/** Bugs that are another rule, or another number, than was meant: each with the law that catches it. */
export const userRules: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  [
    'gradients that are next to nothing taken for nothing, a million times too soon',
    'its rule',
    followsWholeRule(
      () =>
        userMade(
          'careful',
          () => null,
          (grads, state) => [times(length(grads) < 2 ** -20 ? 0 : 1)(grads), state],
        ),
      eachLeaf(
        () => null,
        (g) => [g.values, null],
      ),
      { couples: true, cases: next },
    ),
  ],
  [
    'LAMB with the lengths of the whole model in place of each layer’s',
    'its rule',
    followsWholeRule(trusted, trust, { cases: full }),
  ],
  [
    'gradients centred over outputs where inputs were meant',
    'its rule',
    followsWholeRule(() => centralize({ axis: -1 }), means, { cases: trainings({ shapes: [[2, 3]], maxSteps: 2 }) }),
  ],
  [
    'a count that is set and not counted on: nothing looks at it yet, the schedule of next month will',
    'its rule',
    followsWholeRule(
      () =>
        userMade(
          'counting',
          () => ({ count: 0 }),
          (grads) => [times(1)(grads), { count: 1 }],
        ),
      eachLeaf(
        () => null,
        (g) => [g.values, null],
      ),
      { cases: full, counted: 'count' },
    ),
  ],
  [
    'distance over gradients, weighted as in DoWG, under the name of DoG',
    'its rule',
    followsWholeRule(
      () => scaleByDowg({ eps: 0.5, initEstimSqDist: 1 }),
      {
        init: (params) => ({ start: params.map(({ values }) => values), far: 1, all: 0 }),
        next: (updates, { start, far, all }, { params }) => {
          const [now, squares] = [
            Math.max(far, gone(params, start)),
            all + norm(updates.flatMap((one) => one?.values ?? [])) ** 2,
          ]
          return [scaled(updates, now / (Math.sqrt(squares) + 0.5)), { start, far: now, all: squares }]
        },
      },
      { cases: full, moves: true },
    ),
  ],
  [
    'an average kept at 2⁻²⁴ where it was to forget: a large start is left in small parameters',
    'nothing remembered',
    feedbackLaws({
      lift: (scheme, options) => (inner) =>
        withFeedback(
          'options' in scheme && typeof scheme.options['decay'] !== 'number'
            ? exponential({ decay: (count) => (count < 2 ? 0.75 : 2 ** -20) })
            : scheme,
          options,
        )(inner),
    }),
  ],
  [
    'an average that waits by a decay of 1, and draws the parameters back meanwhile',
    'a later start',
    feedbackLaws({
      later: (scheme, { start, ...options }) =>
        withFeedback(exponential({ decay: (count) => (count < start ? 1 : Number(scheme.options['decay'])) }), options),
    }),
  ],
  [
    'a double average whose decay is kept above 0',
    'nothing remembered',
    derivedAverageLaws({
      double: (decay) => (tx) => withDoubleAverage(exponential({ decay: Math.max(decay, 2 ** -12) }))(tx),
    }),
  ],
  [
    'moved, before the first step: a counter of micro-batches that is 0',
    'whether it has moved',
    multiStepsLaws({ updated: (state) => (state as { readonly miniStep: number }).miniStep === 0 }), // of multiSteps
  ],
  [
    'a condition of what is skipped, the wrong way round',
    'nothing to leave out',
    skippingLaws({
      accumulate: (k) => (tx) =>
        hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: (grads) => Number.isFinite(length(grads)) })(tx)),
    }),
  ],
  [
    'a label that nobody knows trains nothing, and says nothing',
    'a label without a group',
    partitionLaws({
      split: (transforms, label) =>
        hide(
          partition({
            transforms: andNobody(transforms),
            paramLabels: byPath((path) => (label(path) in transforms ? label(path) : 'nobody')),
          }),
        ),
    }),
  ],
  [
    'a profile of a width, by its limit for narrow ones',
    'a width is a power',
    postHocLaws({
      coefficients: (snapshots, target) =>
        postHocCoefficients(
          snapshots,
          target.width === undefined ? target : { time: target.time, gamma: Math.max(0, 1 / target.width - 2.5) },
        ),
    }),
  ],
  [
    'an average that was stored twice, half and half',
    'stored twice',
    postHocLaws({
      coefficients: (snapshots, target) => {
        const found = postHocCoefficients(snapshots, target)
        const same = (i: number): readonly number[] =>
          snapshots.flatMap((one, j) =>
            one.time === snapshots[i]?.time && one.gamma === snapshots[i].gamma ? [j] : [],
          )
        return {
          ...found,
          coefficients: snapshots.map(
            (_, i) => same(i).reduce((all, j) => all + (found.coefficients[j] ?? 0), 0) / same(i).length,
          ),
        }
      },
    }),
  ],
  [
    'the square of an error for the error',
    'the error that is told',
    postHocLaws({
      coefficients: (snapshots, target) => {
        const found = postHocCoefficients(snapshots, target)
        return { ...found, relativeError: found.relativeError ** 2 }
      },
    }),
  ],
  [
    'the first average that was stored, in place of one before it',
    'refuses what it cannot make',
    postHocLaws({
      coefficients: (snapshots, target) =>
        postHocCoefficients(snapshots, {
          ...target,
          time: Math.max(target.time, Math.min(...snapshots.map((one) => one.time))),
        }),
    }),
  ],
]
