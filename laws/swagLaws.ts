import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { withSwag } from '../src/averaging/withSwag.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { equally, exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { meanOfLists, type Snapping, snapshotsOf } from './averaging/snapshotsOf.js'
import { averagesOf, paramsOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import { mapNumbers, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import type { Moment } from './trajectory.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** What takes the place of `withSwag`: it keeps `{ average, spread, deviation0, … }`. */
export interface SwagSubject {
  readonly lift: (options: Snapping & { readonly rank: number }) => (inner: AnyTransformation) => AnyTransformation
}

const none = () => ({})
const several = trainings({ minSteps: 2, maxSteps: 8, values: ordinary })
const swags = fc.record(
  {
    rank: fc.integer({ min: 0, max: 3 }),
    every: fc.integer({ min: 1, max: 2 }),
    start: fc.integer({ min: 0, max: 2 }),
  },
  { noNullPrototype: true },
)

/** A slot of the record, as numbers. */
const slotOf =
  (name: string) =>
  ({ state }: Moment): readonly number[] =>
    valuesOf((state as Readonly<Record<string, TreeSpec>>)[name] ?? null) // the subject keeps it there

/** The laws of a Gaussian over snapshots of the parameters.
 *
 *  @example await checkLaws(swagLaws()) */
export const swagLaws = (given: Partial<SwagSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ lift = (options) => (inner) => withSwag(options)(inner) }: Partial<SwagSubject>): Suite => ({
  name: 'SWAG',
  laws: [
    law(within(2 ** -19))(
      {
        name: 'mean',
        equation: 'A = mean of the snapshots, x₀ before the first',
        reason: 'the mean is that of SWA',
        bug: 'the start counted as a snapshot',
      },
      [transformations, swags, several],
      (tx, options, training) => {
        const moments = followed(lift(options)(tx), training, none)
        const start = valuesOf(training.params)
        const right = snapshotsOf(moments, options).map((taken) => (taken.length === 0 ? start : meanOfLists(taken)))
        return { left: averagesOf(moments).map(valuesOf), right }
      },
    ),
    law(within(2 ** -14))(
      {
        name: 'spread',
        equation: 'spread = mean of (snapshot − A)², 0 before the first',
        reason: 'it is the variance that one samples with',
        bug: 'a mean of squares of which nothing is taken away',
      },
      [transformations, swags, several],
      (tx, options, training) => {
        const moments = followed(lift(options)(tx), training, none)
        const x = paramsOf(moments).map(valuesOf)
        const squares = x.map((now) => now.map((value) => value * value)) // the scale
        const right = snapshotsOf(moments, options).map((taken) => {
          const mean = meanOfLists(taken)
          return taken.length === 0
            ? valuesOf(training.params).map(() => 0)
            : meanOfLists(taken.map((one) => zipped(one, mean, (value, middle) => (value - middle) ** 2)))
        })
        return { left: [moments.map(slotOf('spread')), squares], right: [right, squares] }
      },
    ),
    law(within(2 ** -6))(
      {
        name: 'far from zero',
        equation: 'spread of x + 4096 = spread of x',
        reason: 'how far parameters wander has nothing to do with where they are',
        bug: 'mean of squares less square of the mean, as the paper’s code has it: in float32 nothing is left',
      },
      [swags, trainings({ minSteps: 4, maxSteps: 8, values: fc.integer({ min: -8, max: 8 }), missing: false })],
      (options, { params, grads }) => {
        const spreads = (moved: number): readonly (readonly number[])[] => {
          const there = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => x + moved) }))(params)
          return followed(lift(options)(scale({ stepSize: 1 })), { params: there, grads }, none).map(slotOf('spread'))
        }
        return { left: [spreads(4096), 1], right: [spreads(0), 1] } // 1: the scale
      },
    ),
    law(within(2 ** -18))(
      {
        name: 'deviations',
        equation: 'deviation[(j − 1) mod rank] = snapshotⱼ − Aⱼ, 0 where there is none yet',
        reason: 'the latest ones span where parameters wander',
        bug: 'every deviation written to one place',
      },
      [transformations, swags, several],
      (tx, options, training) => {
        const moments = followed(lift(options)(tx), training, none)
        const x = paramsOf(moments).map(valuesOf)
        const right = snapshotsOf(moments, options).map((taken) =>
          Array.from({ length: options.rank }, (_, place) => {
            const j = taken.length - 1 - ((taken.length - 1 - place + options.rank * taken.length) % options.rank)
            const mean = meanOfLists(taken.slice(0, j + 1))
            return taken.length === 0 || j < 0
              ? valuesOf(training.params).map(() => 0)
              : zipped(nth(taken, j), mean, (value, middle) => value - middle)
          }),
        )
        const left = moments.map((moment) =>
          Array.from({ length: options.rank }, (_, place) => slotOf(`deviation${place}`)(moment)),
        )
        return { left: [left, x], right: [right, x] } // x: the scale
      },
    ),
    law(equally)(
      {
        name: 'constants',
        equation: 'xₜ = x₀ for all t ⇒ A = x₀ and spread = 0, bitwise',
        reason: 'what does not move is certain',
      },
      [swags, several],
      (options, training) => {
        const moments = followed(lift(options)(scale({ stepSize: 0 })), training, none)
        return {
          left: [averagesOf(moments), moments.map(slotOf('spread'))],
          right: [moments.map(() => training.params), moments.map(() => valuesOf(training.params).map(() => 0))],
        }
      },
    ),
    law(exactly)(
      {
        name: 'the first is copied',
        equation: 'after the first snapshot A is that snapshot, bitwise, however far the start was',
        reason: 'the start is no snapshot: not even its rounding may be left',
        bug: 'A − 1·(A − x): a small leaf beside its large start comes out as 0',
      },
      [swags, trainings({ minSteps: 1, maxSteps: 1, values: ordinary, missing: false })],
      (options, { params, grads }) => {
        const far = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => Math.fround(1e6 + x)) }))(
          params,
        )
        const back = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => Math.fround(x - 1e6)) }))(
          grads[0] ?? null,
        )
        const steps = options.start + options.every
        const still = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))(params)
        const training = { params: far, grads: [back, grads[0] ?? null, ...Array.from({ length: steps }, () => still)] }
        const moments = followed(lift(options)(scale({ stepSize: 1 })), training, none)
        const first = snapshotsOf(moments, options).findIndex((taken) => taken.length === 1)
        return { left: averagesOf(moments)[first], right: paramsOf(moments)[first] }
      },
    ),
    law(exactly)(anewText, [transformations, swags, several, several], (tx, options, training, before) =>
      anewMoments(() => lift(options)(tx), training, before),
    ),
    handedInLaw((tx, every) => lift({ rank: 1, every, start: 0 })(tx), several),
  ],
})

const known = knownOnly<Partial<SwagSubject>>('swagLaws', { lift: true })
