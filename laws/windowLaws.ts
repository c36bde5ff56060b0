import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { withWindowAverage } from '../src/averaging/withWindowAverage.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { equally, exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { meanOfLists, type Snapping, snapshotsOf } from './averaging/snapshotsOf.js'
import { averagesOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** What takes the place of `withWindowAverage`. */
export interface WindowSubject {
  readonly lift: (options: Snapping & { readonly window: number }) => (inner: AnyTransformation) => AnyTransformation
}

const none = () => ({})
const several = trainings({ minSteps: 2, maxSteps: 8, values: ordinary })
const windows = fc.record(
  {
    window: fc.integer({ min: 1, max: 4 }),
    every: fc.integer({ min: 1, max: 2 }),
    start: fc.integer({ min: 0, max: 2 }),
  },
  { noNullPrototype: true },
)

/** The laws of the mean of the latest snapshots.
 *
 *  @example await checkLaws(windowLaws()) */
export const windowLaws = (given: Partial<WindowSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  lift = (options) => (inner) => withWindowAverage(options)(inner),
}: Partial<WindowSubject>): Suite => ({
  name: 'averages of a window',
  laws: [
    law(within(2 ** -20))(
      {
        name: 'window',
        equation: 'A = mean of the latest min(window, j) snapshots, x₀ before the first',
        reason: 'equal weights, and as many as were asked for',
        bug: 'LAWA whose k snapshots were one tensor; a window that is divided by before it is full',
      },
      [transformations, windows, several],
      (tx, options, training) => {
        const moments = followed(lift(options)(tx), training, none)
        const start = valuesOf(training.params)
        const right = snapshotsOf(moments, options).map((taken) =>
          taken.length === 0 ? start : meanOfLists(taken.slice(-options.window)),
        )
        return { left: averagesOf(moments).map(valuesOf), right }
      },
    ),
    law(exactly)(
      {
        name: 'at rest',
        equation: 'off the snapshots A stays as it is, bitwise',
        reason: 'steps that take no snapshot cost nothing',
      },
      [transformations, windows, several],
      (tx, options, training) => {
        const moments = followed(lift(options)(tx), training, none)
        const [averages, taken] = [averagesOf(moments), snapshotsOf(moments, options)]
        return {
          left: averages,
          right: averages.map((average, t) => (taken[t]?.length === taken[t - 1]?.length ? averages[t - 1] : average)),
        }
      },
    ),
    law(equally)(
      {
        name: 'constants',
        equation: 'xₜ = x₀ for all t ⇒ A = x₀, bitwise',
        reason: 'a parameter that does not change is its own average',
        bug: 'sums that are divided: three times a third is not one',
      },
      [windows, several],
      (options, training) => {
        const moments = followed(lift(options)(scale({ stepSize: 0 })), training, none)
        return { left: averagesOf(moments), right: moments.map(() => training.params) }
      },
    ),
    law(exactly)(anewText, [transformations, windows, several, several], (tx, options, training, before) =>
      anewMoments(() => lift(options)(tx), training, before),
    ),
    handedInLaw((tx, every) => lift({ window: 2, every, start: 0 })(tx), several),
  ],
})

const known = knownOnly<Partial<WindowSubject>>('windowLaws', { lift: true })
