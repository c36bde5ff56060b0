import fc from 'fast-check'
import * as averaging from '../../../src/averaging/index.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import * as combinators from '../../../src/combinators/index.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { pathsOf } from '../../../src/tree/pathsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { movingAverageOptions } from '../../arbitraries/movingAverageOptions.js'

/** Puts one transformation into another. `id` is a number that no other wrapper of the composition has. */
export type Wrap = (inner: AnyTransformation, id: number) => AnyTransformation

/** Makes one transformation of two. */
export type Join = (first: AnyTransformation, second: AnyTransformation) => AnyTransformation

const { byPath } = combinators
const of = (...wraps: readonly Wrap[]): fc.Arbitrary<Wrap> => fc.constantFrom(...wraps)

const matrices = byPath((_, { shape }) => shape.length > 1)
const sometimes = (count: number): boolean => count % 3 !== 1

/** Every second leaf by the order of paths, whatever that of the keys, so that both groups have one wherever there are
 *  two leaves. */
const alternating = <const A extends boolean | string>(even: A, odd: A) => {
  return (params: Tree) => {
    const paths = pathsOf(params).toSorted()
    return byPath<A>((path) => (paths.indexOf(path) % 2 === 0 ? even : odd))(params)
  }
}

/** Every combinator and average that has one transformation inside. */
export const wrapperRows: Readonly<Record<string, fc.Arbitrary<Wrap>>> = {
  applyIfFinite: of(
    (inner) => combinators.applyIfFinite({ maxConsecutiveErrors: 2 })(inner),
    (inner) => combinators.applyIfFinite({ maxConsecutiveErrors: 0 })(inner),
    (inner) => combinators.applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(inner),
  ),
  cautious: of(
    (inner) => combinators.cautious()(inner),
    (inner) => combinators.cautious({ downhill: true, floor: 0.5 })(inner),
    (inner) => combinators.cautious({ downhill: false })(inner),
  ),
  conditionallyMask: of((inner) => combinators.conditionallyMask({ shouldTransformFn: sometimes })(inner)),
  conditionallyTransform: of((inner) => combinators.conditionallyTransform({ shouldTransformFn: sometimes })(inner)),
  flatten: of((inner) => combinators.flatten(inner)),
  lookahead: fc
    .record({ syncPeriod: fc.constantFrom(2, 1), slowStepSize: fc.constantFrom(0.5, 1, 0), resetState: fc.boolean() })
    .map((options) => (inner) => combinators.lookahead(options)(inner)),
  masked: fc
    .record({
      mask: fc.constantFrom(matrices, alternating(true, false), true, false),
      otherwise: fc.constantFrom('pass' as const, 'zero' as const),
    })
    .map((options) => (inner) => combinators.masked(options)(inner)),
  mechanize: of(
    (inner) => combinators.mechanize()(inner),
    (inner) => combinators.mechanize({ sInit: 0.01, numBetas: 2, weightDecay: 0 })(inner),
  ),
  multiSteps: fc
    .record(
      {
        everyKSchedule: fc.constantFrom(2, 1, 3, (count: number) => 1 + (count % 2)),
        useGradMean: fc.boolean(),
        shouldSkipUpdateFn: fc.constantFrom(
          combinators.skipNotFinite,
          combinators.skipLargeUpdates({ maxSquaredNorm: 10 }),
          (_: Tree, gradientStep: number) => gradientStep % 3 === 2,
        ),
      },
      { requiredKeys: ['everyKSchedule'], noNullPrototype: true },
    )
    .map((options) => (inner) => combinators.multiSteps(options)(inner)),
  selectiveTransform: of((inner) => combinators.selectiveTransform({ freezeMask: matrices })(inner)),
  scheduleFree: of(
    (inner) => averaging.scheduleFree({ learningRate: 0.1 })(inner),
    (inner) => averaging.scheduleFree({ learningRate: (count) => 1 / (count + 1), b1: 0.5, r: 1 })(inner),
  ),
  withAverage: fc
    .record({
      scheme: fc.constantFrom<averaging.AnyScheme>(
        averaging.warmup(),
        averaging.uniform(),
        averaging.uniform({ includeInitial: true }),
        averaging.inverseGamma(),
        averaging.debiased({ decay: 0.9 }),
        averaging.powerFunction({ width: 0.1 }),
        averaging.weighted({ weight: (count) => count % 2 }),
      ),
      options: fc.record(
        {
          order: fc.constantFrom('sequential' as const, 'concurrent' as const),
          start: fc.integer({ min: 0, max: 3 }),
          before: fc.constantFrom('copy' as const, 'rest' as const),
          every: fc.integer({ min: 1, max: 3 }),
          precision: fc.constantFrom('plain' as const, 'compensated' as const),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    })
    .map(
      ({ scheme, options }) =>
        (inner, id) =>
          averaging.withAverage(scheme as averaging.Scheme, { ...options, name: `Average${id}` })(inner), // of whatever numbers
    ),
  withBema: of((inner, id) => averaging.withBema({ every: 2, name: `Average${id}` })(inner)),
  withBestAverage: of((inner, id) => averaging.withBestAverage({ best: 2, name: `Average${id}` })(inner)),
  withCombinedAverage: of((inner, id) =>
    averaging.withCombinedAverage({
      of: { a: averaging.uniform(), b: averaging.exponential({ decay: 0.9 }) },
      coefficients: { a: 1.5, b: -0.5 },
      name: `Average${id}`,
    })(inner),
  ),
  withDoubleAverage: of((inner, id) =>
    averaging.withDoubleAverage(averaging.warmup(), { name: `Average${id}` })(inner),
  ),
  withFeedback: of((inner, id) =>
    averaging.withFeedback(averaging.warmup(), { period: 2, keep: 0.5, name: `Average${id}` })(inner),
  ),
  withOuAverage: of((inner, id) => averaging.withOuAverage(averaging.uniform(), { name: `Average${id}` })(inner)),
  withSwa: of((inner, id) => averaging.withSwa({ start: 2, period: 2, name: `Average${id}` })(inner)),
  withTailAverage: of((inner, id) => averaging.withTailAverage({ start: 2, name: `Average${id}` })(inner)),
  withSwag: of((inner, id) => averaging.withSwag({ rank: 2, every: 2, name: `Average${id}` })(inner)),
  withWindowAverage: of(
    (inner, id) => averaging.withWindowAverage({ window: 3, every: 2, name: `Average${id}` })(inner),
    (inner, id) => averaging.withWindowAverage({ window: 4, fraction: 0.5, name: `Average${id}` })(inner),
  ),
  withMovingAverage: fc.oneof(
    movingAverageOptions().map(
      (options): Wrap =>
        (inner, id) =>
          withMovingAverage({ ...options, name: `Average${id}` })(inner),
    ),
    of((inner, id) => withMovingAverage({ decay: 0.9, numUpdates: 'given', name: `Average${id}` })(inner)),
  ),
}

/** Every combinator of several. */
export const joinRows: Readonly<Record<string, Join>> = {
  chain: (first, second) => combinators.chain(first, second),
  sam: (first, second) => combinators.sam({ syncPeriod: 2 })(first, second),
  namedChain: (first, second) => combinators.namedChain({ first, second }),
  partition: (first, second) =>
    combinators.partition({ transforms: { x: first, y: second }, paramLabels: alternating('x', 'y') }),
}
