import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { withBestAverage } from '../src/averaging/withBestAverage.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { meanOfLists } from './averaging/snapshotsOf.js'
import { averagesOf, paramsOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { nth } from './nth.js'

/** What takes the place of `withBestAverage`. */
export interface BestSubject {
  readonly lift: (options: {
    readonly best: number
    readonly mode: 'min' | 'max'
  }) => (inner: AnyTransformation) => AnyTransformation
}

/** Different metrics for some steps; where there is none nothing was measured. */
const metrics = fc.tuple(
  fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 8 }),
  fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
)

/** The laws of the mean of the best parameters by a metric.
 *
 *  @example await checkLaws(bestAverageLaws()) */
export const bestAverageLaws = (given: Partial<BestSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ lift = (options) => (inner) => withBestAverage(options)(inner) }: Partial<BestSubject>): Suite => ({
  name: 'averages of the best',
  laws: [
    law(within(2 ** -20))(
      {
        name: 'best',
        equation:
          'A = mean of the parameters of the best few metrics so far, x₀ before the first; its count is that of the steps',
        reason: 'a metric is told with the step that follows it: it belongs to the parameters before that step',
        bug: 'the metric of one moment kept with the parameters of the next; the largest kept of what should be small',
      },
      [
        transformations,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('min' as const, 'max' as const),
        metrics,
        trainings({ minSteps: 2, maxSteps: 8, values: ordinary }),
      ],
      (tx, best, mode, [numbers, there], training) => {
        const told = (t: number): object => (there[t] === true ? { metric: numbers[t] } : {})
        const moments = followed(lift({ best, mode })(tx), training, told)
        const x = paramsOf(moments).map(valuesOf)
        const right = x.map((_, t) => {
          const measured = x
            .slice(0, t)
            .flatMap((now, s) => (there[s] === true ? [{ now, metric: nth(numbers, s) }] : []))
          const kept = measured
            .toSorted((a, b) => (mode === 'min' ? a.metric - b.metric : b.metric - a.metric))
            .slice(0, best)
          return kept.length === 0 ? valuesOf(training.params) : meanOfLists(kept.map(({ now }) => now))
        })
        return {
          left: [averagesOf(moments).map(valuesOf), moments.map(({ state }) => (state as { count: number }).count)], // it counts
          right: [right, moments.map((_, t) => t)],
        }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'ties',
        equation: 'the same metric at each step ⇒ A = mean of the parameters of the first few',
        reason: 'what is no better takes nobody’s place: an accuracy that stands still for epochs has one best model',
        bug: '≤ in the place of <: the best model was the last one, long after it had begun to overfit',
        presumes: ['best'],
        share: 0.3,
      },
      [
        transformations,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('min' as const, 'max' as const),
        fc.integer({ min: -50, max: 50 }),
        trainings({ minSteps: 2, maxSteps: 8, values: ordinary }),
      ],
      (tx, best, mode, metric, training) => {
        const moments = followed(lift({ best, mode })(tx), training, () => ({ metric }))
        const x = paramsOf(moments).map(valuesOf)
        return {
          left: averagesOf(moments).map(valuesOf),
          right: x.map((start, t) => (t === 0 ? start : meanOfLists(x.slice(0, Math.min(t, best))))),
        }
      },
    ),
    law(exactly)(
      anewText,
      [transformations, metrics, trainings({ minSteps: 2, maxSteps: 8, values: ordinary }), trainings()],
      (tx, [numbers], training, before) =>
        anewMoments(
          () => lift({ best: 2, mode: 'min' })(tx),
          training,
          before,
          (t) => ({ metric: nth(numbers, t) }),
        ),
    ),
    handedInLaw(
      (tx, best) => lift({ best, mode: 'min' })(tx),
      trainings({ maxSteps: 5 }),
      (t) => ({ metric: t % 3 }),
    ),
  ],
})

const known = knownOnly<Partial<BestSubject>>('bestAverageLaws', { lift: true })
