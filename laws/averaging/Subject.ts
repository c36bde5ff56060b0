import fc from 'fast-check'
import type { MovingAverageOptions } from '../../src/averaging/withMovingAverage.js'
import { hide } from '../../src/combinators/transformations.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { setToZero } from '../../src/transforms/setToZero.js'
import type { Agreement } from '../Agreement.js'
import { isNumbers, numbersIn, type TreeSpec } from '../Numbers.js'
import type { Moment } from '../trajectory.js'

/** What takes the place of `withMovingAverage` in its laws: its own, or another that keeps `{ inner, average, count
 *  }`. */
export interface AveragingSubject {
  readonly lift: (options: MovingAverageOptions) => (inner: AnyTransformation) => AnyTransformation
  /** How equal two programs must be that compute the same expressions: `exactly` wherever each operation is rounded on
   *  its own. Some drivers of graphics cards contract a multiplication and an addition into one rounding, and not in
   *  every program alike. */
  readonly rounding: Agreement
}

/** The average of a state, as plain data. */
// the subject keeps it there
export const averageOf = ({ state }: Moment): TreeSpec => (state as { readonly average: TreeSpec }).average

/** The averages of all moments. */
export const averagesOf = (moments: readonly Moment[]): readonly TreeSpec[] => moments.map(averageOf)

export const paramsOf = (moments: readonly Moment[]): readonly TreeSpec[] => moments.map(({ params }) => params)

/** Every number of a tree, in its order. */
export const valuesOf = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)

/** Transformations that leave parameters as they are. */
export const still: fc.Arbitrary<Transformation<Opaque>> = fc.constant(null).map(() => hide(setToZero()))

/** What a tree has at each leaf of the parameters: `null` where it has nothing. */
export const leavesAt = (params: TreeSpec, tree: TreeSpec): readonly TreeSpec[] =>
  params === null
    ? []
    : isNumbers(params)
      ? [tree]
      : Object.entries(params).flatMap(([key, child]: [string, TreeSpec]) =>
          leavesAt(child, (tree as Readonly<Record<string, TreeSpec>>)[key] ?? null),
        ) // both have one structure
