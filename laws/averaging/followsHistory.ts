import { knownOnly } from '../../src/scalars/knownOnly.js'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import { exactly, within } from '../Agreement.js'
import { ordinary } from '../arbitraries/numbers.js'
import { trainings } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { anewMoments, anewText } from '../combining/anew.js'
import { handedInLaw } from '../combining/handedIn.js'
import { law } from '../Law.js'
import type { Suite } from '../Suite.js'
import { followed } from './followed.js'
import { averagesOf, paramsOf, valuesOf } from './Subject.js'
import { columnsOf } from '../zipped.js'

/** What an average should be. */
export interface HistorySubject {
  /** The average of one number from all its values: `seen[0]` is the start, the last one is that after the step. */
  readonly average: (seen: readonly number[]) => number
  /** What steps are told: the step that so many came before. Default: nothing. */
  readonly extra?: (count: number) => object
  /** How far it may lie from that, as a part of the largest parameter.
   *
   *  @defaultValue 2⁻¹⁷ */
  readonly tolerance?: number
}

/** The law that an average is the one that it is called: what it makes of all parameters so far, written down in plain
 *  double without any recursion.
 *
 *  @example
 *  await checkLaws(followsHistory((tx) => withAverage(uniform({ includeInitial: true }))(tx), {
 *    average: (seen) => seen.reduce((sum, x) => sum + x, 0) / seen.length,
 *  })) */
export const followsHistory = (lift: (inner: AnyTransformation) => AnyTransformation, given: HistorySubject): Suite =>
  lawsOf(lift, known(given))

const lawsOf = (
  lift: (inner: AnyTransformation) => AnyTransformation,
  { average, extra = () => ({}), tolerance = 2 ** -17 }: HistorySubject,
): Suite => ({
  name: 'a moving average as it is called',
  laws: [
    law(within(tolerance))(
      {
        name: 'history',
        equation: 'A(t) = f(x₀ … xₜ), element by element',
        reason: 'whatever is averaged is an average: only what it should be tells whether it is the right one',
        bug: 'a tail that began a step late; a correction with the count of the step before',
      },
      [transformations, trainings({ minSteps: 2, maxSteps: 9, values: ordinary })],
      (tx, training) => {
        const moments = followed(lift(tx), training, extra)
        const x = paramsOf(moments).map(valuesOf)
        const right = x.map((_, t) => columnsOf(x.slice(0, t + 1)).map((seen) => average(seen)))
        return { left: [averagesOf(moments).map(valuesOf), x], right: [right, x] } // x: the scale
      },
    ),
    law(exactly)(
      anewText,
      [transformations, trainings({ maxSteps: 5 }), trainings({ maxSteps: 2 })],
      (tx, training, before) => anewMoments(() => lift(tx), training, before, extra),
    ),
    handedInLaw((tx) => lift(tx), trainings({ maxSteps: 5 }), extra),
  ],
})

const known = knownOnly<HistorySubject>('followsHistory', { average: 'required', extra: true, tolerance: true })
