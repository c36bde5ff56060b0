import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { averagingWeights } from '../src/averaging/averagingWeights.js'
import { bema } from '../src/averaging/schemes/bema.js'
import { exponential } from '../src/averaging/schemes/exponential.js'
import { withAverage } from '../src/averaging/withAverage.js'
import { withBema } from '../src/averaging/withBema.js'
import { withDoubleAverage } from '../src/averaging/withDoubleAverage.js'
import { withOuAverage } from '../src/averaging/withOuAverage.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { equally, exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { averagesOf, paramsOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'
import { weighted } from './averaging/snapshotsOf.js'

type Lift = (inner: AnyTransformation) => AnyTransformation

/** What takes the places of the averages that correct another one. */
export interface DerivedSubject {
  /** `withDoubleAverage` of an exponential average. */
  readonly double: (decay: number) => Lift
  /** `withBema` with its own numbers, but from `start` on and with this power. */
  readonly bema: (start: number, biasPower: number) => Lift
  /** `withOuAverage` of an exponential average. */
  readonly ou: (decay: number, biasPower: number) => Lift
}

const none = () => ({})
const several = trainings({ minSteps: 2, maxSteps: 7, values: ordinary })
const decays = fc.constantFrom(0.5, 0.75, 0.125)
const powers = fc.constantFrom(0.2, 0.5, 1)
const lag = 10

/** The laws of averages that make up for the lag of another one.
 *
 *  @example await checkLaws(derivedAverageLaws()) */
export const derivedAverageLaws = (given: Partial<DerivedSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  double = (decay) => (inner) => withDoubleAverage(exponential({ decay }))(inner),
  bema: corrected = (start, biasPower) => (inner) => withBema({ start, biasPower, lag })(inner),
  ou = (decay, biasPower) => (inner) => withOuAverage(exponential({ decay }), { biasPower })(inner),
}: Partial<DerivedSubject>): Suite => ({
  name: 'derived averages',
  laws: [
    law(equally)(
      {
        name: 'constants',
        equation: 'xₜ = x₀ for all t ⇒ A = x₀, bitwise, of each of the three',
        reason: 'where nothing lags there is nothing to correct',
        bug: 'coefficients of the combination that do not sum to 1',
      },
      [decays, powers, several],
      (decay, power, training) => ({
        left: [double(decay), corrected(1, power), ou(decay, power)].map((lift) =>
          averagesOf(followed(lift(scale({ stepSize: 0 })), training, none)),
        ),
        right: Array.from({ length: 3 }, () => [training.params, ...training.grads.map(() => training.params)]),
      }),
    ),
    law(exactly)(
      {
        name: 'nothing remembered',
        equation: 'decay 0 and a correction that falls at once ⇒ A = x, bitwise, of double and OU',
        reason: 'of what is thrown away no rounding may be left',
        bug: 'A − c·(A − x) at c = 1: what is left of a large A is larger than x',
      },
      [transformations, several],
      (tx, training) => {
        const both = [double(0), ou(0, 1e3)].map((lift) => followed(lift(tx), training, none))
        return { left: both.map(averagesOf), right: both.map(paramsOf) }
      },
    ),
    law(within(2 ** -18))(
      {
        name: 'twice',
        equation: 'double: A = 2·E₁ − E₂, E₁ the average of the parameters and E₂ that of E₁',
        reason: 'the second average must lag behind the first as the first does behind the parameters',
        bug: 'a second average that follows the parameters: the lag stays',
      },
      [transformations, decays, several],
      (tx, decay, training) => {
        const moments = followed(double(decay)(tx), training, none)
        const x = paramsOf(moments).map(valuesOf)
        const once = averaged(x, decay)
        const right = zipped(once, averaged(once, decay), (first, second) => zipped(first, second, (a, b) => 2 * a - b))
        return { left: [averagesOf(moments).map(valuesOf), x], right: [right, x] } // x: the scale
      },
    ),
    law(within(2 ** -12))(
      {
        name: 'no lag',
        equation: 'xₜ = x₀ + t·v ⇒ in the end the double average is xₜ',
        reason: 'that is what it is for',
        bug: 'the difference of the two averages taken once more, or with the other sign',
      },
      [fc.constantFrom(0.5, 0.25), trainings({ maxSteps: 1, values: fc.integer({ min: -4, max: 4 }), missing: false })],
      (decay, { params, grads }) => {
        const drift = { params, grads: Array.from({ length: 24 }, () => grads[0] ?? null) }
        const last = followed(double(decay)(scale({ stepSize: 1 })), drift, none).slice(-1)
        return { left: averagesOf(last), right: paramsOf(last) }
      },
    ),
    law(within(2 ** -18))(
      {
        name: 'away from the start',
        equation: 'BEMA: A = E + (ρ + t)^−η·(x − x₀), E = withAverage(bema()), x₀ and t from its start on',
        reason: 'the lag of an average points to the start',
        bug: 'the sign of the correction; the start of the training for that of the average',
      },
      [transformations, fc.integer({ min: 0, max: 2 }), powers, several],
      (tx, start, power, training) => {
        const moments = followed(corrected(start, power)(tx), training, none)
        const x = paramsOf(moments).map(valuesOf)
        const E = averagesOf(followed(withAverage(bema({ lag }), { start })(tx), training, none)).map(valuesOf)
        const right = x.map((now, t) => {
          const alpha = t > start ? (lag + t - start) ** -power : 0
          const away = zipped(now, nth(x, start), (value, first) => alpha * (value - first))
          return zipped(nth(E, t), away, (average, more) => average + more)
        })
        return { left: [averagesOf(moments).map(valuesOf), x], right: [right, x] } // x: the scale
      },
    ),
    law(within(2 ** -16))(
      {
        name: 'led away',
        equation: 'OU: A is the average of x̂ = (x − q·x₀)/(1 − q), q = (1 + t)^−η',
        reason: 'as if training were an Ornstein–Uhlenbeck process that forgets its start at that rate',
        bug: 'q for q/(1 − q)',
      },
      [transformations, decays, powers, several],
      (tx, decay, power, training) => {
        const moments = followed(ou(decay, power)(tx), training, none)
        const x = paramsOf(moments).map(valuesOf)
        const hats = x.map((now, t) => {
          const q = (1 + t) ** -power
          return t === 0 ? now : zipped(now, nth(x, 0), (value, first) => (value - q * first) / (1 - q))
        })
        return { left: [averagesOf(moments).map(valuesOf), hats], right: [averaged(hats, decay), hats] } // hats: the scale
      },
    ),
    law(within(2 ** -16))(
      {
        name: 'without correction',
        equation: 'a large η ⇒ BEMA and OU are the plain averages',
        reason: 'a correction that falls at once is none',
      },
      [transformations, decays, several],
      (tx, decay, training) => {
        const path = (lift: Lift) => averagesOf(followed(lift(tx), training, none))
        return {
          left: [path(corrected(0, 1e3)), path(ou(decay, 1e3))],
          right: [path(withAverage(bema({ lag }))), path(withAverage(exponential({ decay })))],
        }
      },
    ),
    law(exactly)(
      anewText,
      [transformations, decays, powers, several, several],
      (tx, decay, power, training, before) => {
        const [twice, corrections, led] = [
          () => double(decay)(tx),
          () => corrected(1, power)(tx),
          () => ou(decay, power)(tx),
        ].map((make) => anewMoments(make, training, before))
        return {
          left: [twice?.left, corrections?.left, led?.left],
          right: [twice?.right, corrections?.right, led?.right],
        }
      },
    ),
    handedInLaw(
      (tx, which) => (which === 1 ? double(0.5)(tx) : which === 2 ? corrected(1, 1)(tx) : ou(0.5, 1)(tx)),
      several,
    ),
  ],
})

/** The exponential average of lists of numbers at each moment, by its weights. */
const averaged = (x: readonly (readonly number[])[], decay: number): readonly (readonly number[])[] =>
  x.map((_, t) => weighted(averagingWeights(exponential({ decay }), t).weights, x.slice(0, t + 1)))

const known = knownOnly<Partial<DerivedSubject>>('derivedAverageLaws', { double: true, bema: true, ou: true })
