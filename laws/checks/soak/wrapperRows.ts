import fc from 'fast-check'
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
