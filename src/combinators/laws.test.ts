import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyIfFiniteLaws } from '../../laws/applyIfFiniteLaws.js'
import { ordinary } from '../../laws/arbitraries/numbers.js'
import { treesLike } from '../../laws/arbitraries/trees.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { someLaws } from '../../laws/checks/someLaws.js'
import { chainLaws } from '../../laws/chainLaws.js'
import { lookaheadLaws } from '../../laws/lookaheadLaws.js'
import { maskedLaws } from '../../laws/maskedLaws.js'
import { multiStepsLaws } from '../../laws/multiStepsLaws.js'
import { partitionLaws } from '../../laws/partitionLaws.js'
import type { TransformationOptions } from '../../laws/transformation/Subject.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { scaleByDog } from '../transforms/scaleByDog.js'
import { trace } from '../transforms/trace.js'
import type { Tree } from '../tree/Tree.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { treeScale } from '../tensors/treeScale.js'
import * as combinators from './index.js'
import { hide } from './transformations.js'

const { byPath } = combinators

interface Row extends TransformationOptions {
  readonly of: () => AnyTransformation
}

const one = (of: () => AnyTransformation, options: Omit<Row, 'of'> = {}): Row => ({ of, ...options })
const whole = { couples: true }
const inner = adam({ learningRate: 0.1 })
/** What is no single number: told by the shape, and so whatever a leaf is called and stands beside. */
const some = byPath((_, { shape }) => shape.length > 0)
/** Both groups have leaves. */
const both = {
  params: { a: { shape: [2, 2], values: [1, -2, 0.5, 3] }, b: { shape: [], values: [-1] }, c: null },
} as const
const grouped = {
  ...whole,
  cases: fc
    .array(treesLike(both.params, { values: ordinary, missing: true }), { minLength: 1, maxLength: 4 })
    .map((grads) => ({ ...both, grads })),
}
/** What counts nothing on the host, where the device decides: counts are of attempts there. */
const countless = fc.constantFrom(
  hide(trace({ decay: 0.5 })),
  hide(combinators.chain(trace({ decay: 0.5, nesterov: true }), scale({ stepSize: -0.5 }))),
)
const sometimes = { shouldTransformFn: (count: number) => count % 3 !== 1 }

/** Every combinator of the barrel by its name, around transformations with a state. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  applyIfFinite: [
    one(() => combinators.applyIfFinite({ maxConsecutiveErrors: 2 })(inner), whole),
    one(() => combinators.applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(inner), whole),
    one(() => combinators.applyIfFinite({ maxConsecutiveErrors: 2, judge: 'updatesAndState' })(inner), whole),
    one(
      () => combinators.applyIfFinite({ maxConsecutiveErrors: 2, judge: 'updatesAndState', decide: 'device' })(inner),
      whole,
    ),
    // tried as a whole: what keeps its memory in another way under it
    one(
      () =>
        combinators.applyIfFinite({ maxConsecutiveErrors: 2, judge: 'updatesAndState' })(
          combinators.chain(
            combinators.multiSteps({ everyKSchedule: 2 })(trace({ decay: 0.5 })),
            combinators.cautious({ downhill: false })(trace({ decay: 0.5 })),
            combinators.applyIfFinite({ maxConsecutiveErrors: 1 })(combinators.flatten(trace({ decay: 0.5 }))),
            combinators.applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(inner),
          ),
        ),
      whole,
    ),
  ],
  cautious: [one(() => combinators.cautious({ downhill: true })(inner))],
  chain: [one(() => combinators.chain(clipByGlobalNorm({ maxNorm: 1 }), inner, trace({ decay: 0.5 })), whole)],
  conditionallyMask: [one(() => combinators.conditionallyMask(sometimes)(inner))],
  conditionallyTransform: [one(() => combinators.conditionallyTransform(sometimes)(inner))],
  flatten: [one(() => combinators.flatten(inner), whole)],
  freeze: [one(() => combinators.chain(inner, combinators.freeze({ mask: some })))],
  injectHyperparams: [
    one(() => combinators.injectHyperparams(adam)({ learningRate: (count) => 0.1 / (1 + count), b1: 0.8 })),
  ],
  lookahead: [
    one(() => combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(inner)),
    one(() => combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(inner)),
    one(
      () =>
        combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(
          combinators.chain(combinators.flatten(trace({ decay: 0.5 })), scale({ stepSize: -0.25 })),
        ),
      whole,
    ),
  ],
  masked: [
    one(() => combinators.masked({ mask: some })(inner)),
    one(() => combinators.masked({ mask: some, otherwise: 'zero' })(inner)),
  ],
  mechanize: [one(() => combinators.mechanize({ sInit: 0.1 })(inner), whole)],
  monitor: [
    one(() =>
      combinators.chain(
        combinators.monitor({ norm: treeNorm, smooth: combinators.measureWithEma({ measure: treeNorm, decay: 0.5 }) }),
        inner,
      ),
    ),
  ],
  multiSteps: [
    one(() => combinators.multiSteps({ everyKSchedule: 2 })(inner)),
    one(
      () => combinators.multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: combinators.skipNotFinite })(inner),
      whole,
    ),
  ],
  namedChain: [one(() => combinators.namedChain({ momentum: trace({ decay: 0.5 }), adam: inner }))],
  partition: [
    one(
      () =>
        combinators.partition({
          transforms: { x: inner, y: sgd({ learningRate: 0.1, momentum: 0.9 }) },
          paramLabels: byPath((_, { shape }) => (shape.length > 0 ? 'x' : 'y')),
        }),
      grouped,
    ),
  ],
  sam: [
    one(() => combinators.sam()(inner, sgd({ learningRate: 0.1, momentum: 0.5 })), whole),
    one(() => combinators.sam({ opaqueMode: true, syncPeriod: 3 })(inner, sgd({ learningRate: 0.1 })), {
      ...whole,
      extra: { gradFn: (at: Tree) => treeScale(1, at) },
      guests: false,
    }),
    // numbers for the whole tree, where a tree has no leaves, too
    one(
      () =>
        combinators.sam({ opaqueMode: true })(
          hide(scaleByDog({ initStep: ['distance', 0.5] })),
          sgd({ learningRate: 0.1 }),
        ),
      {
        ...whole,
        extra: { gradFn: (at: Tree) => treeScale(1, at) },
        guests: false,
      },
    ),
  ],
  selectiveTransform: [one(() => combinators.selectiveTransform({ freezeMask: some })(inner))],
  snapshot: [one(() => combinators.chain(combinators.snapshot({ measureName: 'norm', measure: treeNorm }), inner))],
}

/** What the barrel has besides: masks and labels, tests and measures, questions. */
const others = [
  'byPath',
  'byPattern',
  'matching',
  'flush',
  'hasUpdated',
  'hide',
  'transformations',
  'treeMapParams',
  'measureWithEma',
  'skipLargeUpdates',
  'skipNotFinite',
]

test('every combinator has a row', () => {
  expect([...Object.keys(rows), ...others].toSorted()).toEqual(Object.keys(combinators).toSorted())
})

for (const [i, { of, ...options }] of Object.values(rows).flat().entries()) {
  const [suite] = someLaws(transformationLaws(of, options), i, {})
  describeLaws(suite, { numRuns: backendName === 'webgl' ? 1 : casesOf(10) })
}

// Suites have a subject of their own by default. Here it is handed in: what is judged is what this folder exports.
for (const suite of [
  chainLaws({ concat: (a, b) => hide(combinators.chain(a, b)), empty: () => hide(combinators.chain()) }),
  maskedLaws({
    mask: (shows, otherwise) => (tx) =>
      hide(combinators.masked({ mask: byPath((path) => shows(path)), otherwise })(tx)),
  }),
  partitionLaws({
    split: (transforms, label) =>
      hide(combinators.partition({ transforms, paramLabels: byPath((path) => label(path)) })),
  }),
  multiStepsLaws({
    accumulate: (k) => (tx) => hide(combinators.multiSteps({ everyKSchedule: k })(tx)),
    total: (k) => (tx) => hide(combinators.multiSteps({ everyKSchedule: k, useGradMean: false })(tx)),
    flushed: (tx) => (state, params, extra) => combinators.flush(tx)(state, params, extra ?? {}),
  }),
  applyIfFiniteLaws({
    guard: (maxConsecutiveErrors) => (tx) => hide(combinators.applyIfFinite({ maxConsecutiveErrors })(tx)),
    told: 'host',
  }),
  {
    ...applyIfFiniteLaws({
      guard: (maxConsecutiveErrors) => (tx) =>
        hide(combinators.applyIfFinite({ maxConsecutiveErrors, judge: 'updatesAndState' })(tx)),
      told: 'host',
      judgesState: true,
    }),
    name: 'applyIfFinite: updates and state',
  },
  {
    ...applyIfFiniteLaws({
      guard: (maxConsecutiveErrors) => (tx) =>
        hide(combinators.applyIfFinite({ maxConsecutiveErrors, decide: 'device' })(tx)),
      guarded: countless,
      told: 'device',
    }),
    name: 'applyIfFinite: on the device',
  },
  {
    ...applyIfFiniteLaws({
      guard: (maxConsecutiveErrors) => (tx) =>
        hide(combinators.applyIfFinite({ maxConsecutiveErrors, judge: 'updatesAndState', decide: 'device' })(tx)),
      guarded: countless,
      told: 'device',
      judgesState: true,
    }),
    name: 'applyIfFinite: updates and state, on the device',
  },
  lookaheadLaws({
    follow: (syncPeriod, slowStepSize) => (tx) => hide(combinators.lookahead({ syncPeriod, slowStepSize })(tx)),
  }),
])
  describeLaws(suite, { numRuns: backendName === 'webgl' ? 1 : casesOf(20) })
