import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { exponential } from '../src/averaging/schemes/exponential.js'
import type { Scheme } from '../src/averaging/Scheme.js'
import { withAverage } from '../src/averaging/withAverage.js'
import { withFeedback } from '../src/averaging/withFeedback.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { averagesOf, paramsOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import { mapNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** What takes the place of `withFeedback`. */
export interface FeedbackSubject {
  readonly lift: (
    scheme: Scheme,
    options: { readonly period: number; readonly keep: number },
  ) => (inner: AnyTransformation) => AnyTransformation
  /** The same, where the average begins after so many steps; until then it is the parameters of each step ('copy'), or those
   *  at the first ('rest').
   *
   *  @defaultValue the library's, where `lift` is left out, too; else nothing is asked */
  readonly later?: (
    scheme: Scheme,
    options: {
      readonly period: number
      readonly keep: number
      readonly start: number
      readonly before: 'copy' | 'rest'
    },
  ) => (inner: AnyTransformation) => AnyTransformation
}

const none = () => ({})
const steady = scale({ stepSize: 0.5 })
const several = trainings({ minSteps: 2, maxSteps: 7, values: ordinary, missing: false })
/** Large steps there and back, of numbers with all their digits: a small parameter, and a large average. */
const farther = trainings({ minSteps: 1, maxSteps: 1, values: ordinary, missing: false, nulls: false }).map(
  ({ params, grads }) => ({
    params,
    grads: [1000.123, -2000.2461, 0.0123, 3.21].map((by) =>
      mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => Math.fround(by * (2 + Math.sin(x)))) }))(
        grads[0] ?? null,
      ),
    ),
  }),
)
const decays = fc.constantFrom(0.5, 0.75, 0.125)
const periods = fc.integer({ min: 1, max: 3 })

/** The laws of an average that draws the parameters back.
 *
 *  @example await checkLaws(feedbackLaws()) */
export const feedbackLaws = (given: Partial<FeedbackSubject> = {}): Suite => {
  const subject = known(given)
  return lawsOf('lift' in subject ? { ...usual, later: undefined, ...subject } : { ...usual, ...subject })
}

const usual: Required<FeedbackSubject> = {
  lift: (scheme, options) => (inner) => withFeedback(scheme, options)(inner),
  later: (scheme, options) => (inner) => withFeedback(scheme, options)(inner),
}

const lawsOf = ({
  lift,
  later,
}: Pick<FeedbackSubject, 'lift'> & { readonly later: FeedbackSubject['later'] | undefined }): Suite => ({
  name: 'feedback',
  laws: [
    law(within(2 ** -20))(
      {
        name: 'nothing fed back',
        equation: 'β = 1 ⇒ it is withAverage',
        reason: 'who keeps everything of themselves is only watched',
        bug: '1 − β for β',
      },
      [exactTransformations, decays, periods, several],
      (tx, decay, period, training) => {
        const scheme = exponential({ decay })
        const fed = followed(lift(scheme, { period, keep: 1 })(tx), training, none)
        const plain = followed(withAverage(scheme)(tx), training, none)
        return { left: [paramsOf(fed), averagesOf(fed)], right: [paramsOf(plain), averagesOf(plain)] }
      },
    ),
    law(exactly)(
      {
        name: 'nothing remembered',
        equation: 'decay 0 from a step on ⇒ the average is the parameters, bitwise, however far it was from them',
        reason: 'of what is thrown away no rounding may be left',
        bug: 'A − c·(A − x) at c = 1: what is left of a large A is larger than x',
      },
      [periods, farther],
      (period, training) => {
        // not from the first step on: there the parameters are the average, plus an update
        const scheme = exponential({ decay: (count) => (count < 2 ? 0.75 : 0) })
        const moments = followed(lift(scheme, { period, keep: 1 })(steady), training, none).slice(3)
        return { left: averagesOf(moments), right: paramsOf(moments) }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'drawn back',
        equation: 'β = 0 ⇒ after each period the parameters are the average',
        reason: 'the training goes on from the average',
        bug: 'Keras’ overwrite without effect where the variables were copied; a switch that comes a step late',
      },
      [decays, periods, several],
      (decay, period, training) => {
        const moments = followed(lift(exponential({ decay }), { period, keep: 0 })(steady), training, none)
        const ends = moments.filter((_, t) => t > 0 && t % period === 0)
        const scale_ = paramsOf(moments).map(valuesOf)
        return {
          left: [paramsOf(ends).map(valuesOf), scale_],
          right: [averagesOf(ends).map(valuesOf), scale_],
        }
      },
    ),
    law(exactly)(
      {
        name: 'between',
        equation: 'off the periods a step is that of the inner transformation',
        reason: 'the fast weights are fast',
        bug: 'drawn back at every step: the training stands still',
      },
      [decays, fc.integer({ min: 2, max: 4 }), several],
      (decay, period, training) => {
        const moments = followed(lift(exponential({ decay }), { period, keep: 0.5 })(steady), training, none)
        const before = Math.min(period, moments.length)
        const plain = followed(steady, training, none)
        return { left: paramsOf(moments).slice(0, before), right: paramsOf(plain).slice(0, before) }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'part of the way',
        equation: 'x = p + u;  A ← A − c·(A − x);  at each period p = β·x + (1 − β)·A, else p = x',
        reason: 'hare and tortoise meet where it was said',
        bug: 'the average of the step before, or β where 1 − β was meant; a second period that draws another part of the way',
      },
      [decays, fc.constantFrom(0.25, 0.5, 0.75, 0), periods, several],
      (decay, keep, period, training) => {
        const fed = followed(lift(exponential({ decay }), { period, keep })(steady), training, none)
        const [p, A] = [paramsOf(fed).map(valuesOf), averagesOf(fed).map(valuesOf)]
        let [now, average] = [nth(p, 0), nth(A, 0)]
        const right = training.grads.map((g, t) => {
          const x = zipped(now, valuesOf(g), (param, u) => param + 0.5 * u)
          average = zipped(average, x, (a, value) => decay * a + (1 - decay) * value)
          now = (t + 1) % period === 0 ? zipped(x, average, (value, a) => keep * value + (1 - keep) * a) : x
          return { now, average }
        })
        return {
          left: [p.slice(1), A.slice(1)],
          right: [right.map((one) => one.now), right.map((one) => one.average)],
        }
      },
    ),
    ...(later === undefined
      ? []
      : [
          law(exactly)(
            {
              name: 'a later start',
              equation:
                'start s ⇒ s steps of the inner transformation, then those of one that begins at these parameters',
              reason: 'an average that has not begun draws nothing to it',
              bug: 'periods counted from the first step: the parameters, drawn back to where the training began',
            },
            [
              decays,
              fc.constantFrom(0, 0.5),
              fc.integer({ min: 1, max: 2 }),
              fc.integer({ min: 2, max: 5 }),
              // where it is those of each step, all that is drawn to it stays
              fc.constantFrom('rest', 'rest', 'rest', 'copy'),
              trainings({ minSteps: 4, maxSteps: 8, values: ordinary, missing: false }),
            ],
            (decay, keep, period, start, before, { params, grads }) => {
              const scheme = exponential({ decay })
              const moments = followed(later(scheme, { period, keep, start, before })(steady), { params, grads }, none)
              const first = paramsOf(followed(steady, { params, grads: grads.slice(0, start) }, none))
              const begun = first.at(-1) ?? params
              const rest =
                grads.length < start
                  ? []
                  : followed(lift(scheme, { period, keep })(steady), { params: begun, grads: grads.slice(start) }, none)
              return {
                left: [paramsOf(moments), averagesOf(moments)],
                right: [
                  [...first, ...paramsOf(rest).slice(1)],
                  [
                    ...first.map((now, t) => (before === 'copy' || t === start ? now : params)),
                    ...averagesOf(rest).slice(1),
                  ],
                ],
              }
            },
          ),
        ]),
    law(exactly)(
      anewText,
      [exactTransformations, decays, periods, several, several],
      (tx, decay, period, training, before) =>
        anewMoments(() => lift(exponential({ decay }), { period, keep: 0.5 })(tx), training, before),
    ),
    handedInLaw((tx, period) => lift(exponential({ decay: 0.5 }), { period, keep: 0.5 })(tx), several),
  ],
})

const known = knownOnly<Partial<FeedbackSubject>>('feedbackLaws', { lift: true, later: true })
