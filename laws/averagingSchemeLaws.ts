import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { averagingWeights } from '../src/averaging/averagingWeights.js'
import type { AnyScheme, Scheme } from '../src/averaging/Scheme.js'
import { type AverageOptions, withAverage } from '../src/averaging/withAverage.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { type Agreement, equally, exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { followed } from './averaging/followed.js'
import { weighted } from './averaging/snapshotsOf.js'
import { averagesOf, paramsOf, valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import { mapNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { columnsOf, zipped } from './zipped.js'

/** What makes the scheme under test, or the scheme itself. With a maker fresh schemes are compared with used ones. */
export type SchemeMaker = (() => AnyScheme) | AnyScheme

/** The maker of a scheme: of the same one each time where none was given.
 *
 *  @internal */
export const makerOf = (given: SchemeMaker): (() => AnyScheme) => (typeof given === 'function' ? given : () => given)

/** How a scheme is tried. */
export interface SchemeSubject {
  /** What steps are told: the step after so many, −1 for one before the first. Default: a total of one for each step. */
  readonly extra?: (count: number) => object
  /** The lift that carries averages by schemes. Default `withAverage`. */
  readonly lift?: (scheme: AnyScheme, options: AverageOptions) => (inner: AnyTransformation) => AnyTransformation
  /** How equal two programs must be that compute the same expressions: see `AveragingSubject`. Default `exactly`. */
  readonly rounding?: Agreement
  /** What tells the weights of a scheme before a training. Default `averagingWeights`. */
  readonly weights?: typeof averagingWeights
}

/** The laws of an averaging scheme, alone and carried by a transformation at any beat.
 *
 *  Hand over what makes it, `() => mine()`: fresh schemes are then compared with used ones. A scheme itself will do.
 *
 *  @example await checkLaws(averagingSchemeLaws(() => uniform())) */
export const averagingSchemeLaws = (given: SchemeMaker, asked: SchemeSubject = {}): Suite => {
  const { extra: told, lift = lifted, rounding = exactly, weights: weightsOf = averagingWeights } = known(asked)
  const fresh = makerOf(given)
  const scheme = fresh()
  const extra = told ?? ((count: number) => ({ [scheme.unit]: count + 1 }))
  const summary = (steps: number, beat: AverageOptions, of = scheme) =>
    weightsOf(of as Scheme, steps, { ...beat, extra }) // of whatever numbers and extras
  const weightsAfter = (steps: number, beat: AverageOptions, of = scheme): readonly number[] =>
    summary(steps, beat, of).weights
  return {
    name: `averaging by ${scheme.name}`,
    laws: [
      law(within(1e-12))(
        {
          name: 'weights',
          equation: 'w(T, s) ≥ 0 and Σₛ w(T, s) = 1',
          reason: 'whatever the scheme, an average is an average',
          bug: 'KarrasEMA and PostHocEMA of ema-pytorch synthesise with weights that do not sum to 1',
        },
        [fc.integer({ min: 0, max: 40 }), beats],
        (steps, beat) => {
          const weights = weightsAfter(steps, beat)
          return {
            left: [weights.length, Math.min(0, ...weights), weights.reduce((sum, w) => sum + w, 0)],
            right: [steps + 1, 0, 1],
          }
        },
      ),
      law(within(1e-9))(
        {
          name: 'what is told of the weights',
          equation: 'initial = w(T, 0);  mean age = Σ w·(T − s);  variance factor = Σ w² = 1/effective window',
          reason: 'whoever chooses between schemes compares these',
          bug: 'an effective window of 1/(1 − d) long before so many steps were taken',
          share: 0.5,
        },
        [fc.integer({ min: 0, max: 40 }), beats],
        (steps, beat) => {
          const { weights, initial, meanAge, varianceFactor, effectiveWindow } = summary(steps, beat)
          const squares = weights.reduce((sum, w) => sum + w * w, 0)
          return {
            left: [initial, meanAge, varianceFactor, effectiveWindow * squares],
            right: [weights[0], weights.reduce((sum, w, s) => sum + w * (steps - s), 0), squares, 1],
          }
        },
      ),
      law(exactly)(
        {
          name: 'no memory of its own',
          equation: 'w of a fresh scheme = w of one that has been used, by two at once even',
          reason:
            'what a scheme remembers is in the state: a file has nothing else, and one scheme may serve two averages',
          bug: 'a warm-up that counted its calls: the second average began where the first one was',
        },
        [fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), beats],
        (steps, others, beat) => {
          const [used, other] = [fresh(), fresh()]
          weightsAfter(others, {}, used)
          // asked in turns, as two trainings would
          const twice = [other, used, other, used].map((of) => weightsAfter(steps, beat, of))
          return { left: twice, right: twice.map(() => weightsAfter(steps, beat, fresh())) }
        },
      ),
      law(within(2 ** -19))(
        {
          name: 'recursion and weights',
          equation: 'A(T) = Σₛ w(T, s)·xₛ, w from the coefficients alone',
          reason: 'what is told before the training is what is done in it',
          bug: 'a decay that was not adjusted to the interval of updates: a window ten times as long as it says (ema-pytorch)',
        },
        [transformations, beats, trainings({ maxSteps: 8, values: ordinary })],
        (tx, beat, training) => {
          const moments = followed(lift(scheme, beat)(tx), training, extra)
          const x = paramsOf(moments).map(valuesOf)
          const right = x.map((_, t) => weighted(weightsAfter(t, beat), x.slice(0, t + 1)))
          return { left: [averagesOf(moments).map(valuesOf), x], right: [right, x] } // x: the scale
        },
      ),
      law(equally)(
        {
          name: 'constants',
          equation: 'xₜ = x₀ for all t ⇒ A = x₀, bitwise',
          reason: 'a parameter that does not change is its own average',
          bug: 'd·A + c·x drifts on constant input: fl(d) + fl(1 − d) ≠ 1',
        },
        [beats, trainings({ maxSteps: 6, values: ordinary })],
        (beat, training) => {
          const moments = followed(lift(scheme, beat)(scale({ stepSize: 0 })), training, extra)
          return { left: averagesOf(moments), right: moments.map(() => training.params) }
        },
      ),
      law(exactly)(
        {
          name: 'convexity',
          equation: 'min xₛ ≤ A(T) ≤ max xₛ over s ≤ T, for each element',
          reason: 'an average lies between what it has seen',
          bug: 'the two-product form leaves the interval by rounding',
        },
        [transformations, beats, trainings({ maxSteps: 6, values: ordinary })],
        (tx, beat, training) => {
          const moments = followed(lift(scheme, beat)(tx), training, extra)
          const x = paramsOf(moments).map(valuesOf)
          const averages = averagesOf(moments).map(valuesOf)
          const clamped = averages.map((average, t) =>
            zipped(average, columnsOf(x.slice(0, t + 1)), (a, seen) =>
              seen.some(Number.isNaN) ? a : Math.min(Math.max(a, Math.min(...seen)), Math.max(...seen)),
            ),
          )
          return { left: averages, right: clamped }
        },
      ),
      law(rounding)(
        {
          name: 'delay',
          equation: 'concurrent from start + 1 (t + 1) = sequential from start (t)',
          reason: 'before and after the update are two compositions of the same two stages',
          bug: "TensorFlow's sequential_update=False was a race",
        },
        [transformations, sequentialBeats, trainings({ minSteps: 2, maxSteps: 6, values: ordinary })],
        (tx, beat, training) => {
          const after = followed(lift(scheme, beat)(tx), training, extra)
          const { start = 0 } = beat
          const later: AverageOptions = { ...beat, order: 'concurrent', start: start + 1 }
          const before = followed(lift(scheme, later)(tx), training, (count) => extra(count - 1))
          return { left: averagesOf(before), right: [training.params, ...averagesOf(after).slice(0, -1)] }
        },
      ),
      law(exactly)(
        anewText,
        [transformations, beats, trainings({ maxSteps: 5 }), trainings({ maxSteps: 2 })],
        (tx, beat, training, before) => anewMoments(() => lift(fresh(), beat)(tx), training, before, extra),
      ),
      handedInLaw((tx, every) => lift(fresh(), { every })(tx), trainings({ maxSteps: 5 }), extra),
      law(exactly)(
        {
          name: 'beat',
          equation: "t < start: A = x ('copy') or x₀ ('rest');  t = start: A = x;  off the multiples of every: at rest",
          reason: 'when an average moves is no part of how it moves',
          bug: 'SWA recipes whose first snapshot, or whose start, is one step off from the next library’s',
        },
        [transformations, sequentialBeats, trainings({ minSteps: 2, maxSteps: 6, values: ordinary })],
        (tx, beat, training) => {
          const { start = 0, before = 'copy', every = 1 } = beat
          const moments = followed(lift(scheme, beat)(tx), training, extra)
          const [A, x] = [averagesOf(moments), paramsOf(moments)]
          const right = A.map((average, t) =>
            t === 0
              ? x[0]
              : t <= start
                ? t === start || before === 'copy'
                  ? x[t]
                  : x[0]
                : (t - start) % every === 0
                  ? average
                  : A[t - 1],
          )
          return { left: A, right }
        },
      ),
    ],
  }
}

/** The law of schemes whose coefficient is what a span of time forgets: `exponential`, `halfLife` without a ramp,
 *  `powerFunction`, and all warm-ups of a decay.
 *
 *  @example await checkLaws(semigroupLaws(() => halfLife({ halfLife: 10 }))) */
export const semigroupLaws = (given: SchemeMaker, asked: Pick<SchemeSubject, 'extra' | 'lift'> = {}): Suite => {
  const { extra: told, lift = lifted } = knownOfSpans(asked)
  const scheme = makerOf(given)()
  const extra = told ?? ((count: number) => ({ [scheme.unit]: count + 1 }))
  const keeps = (from: number, to: number): number =>
    // its coefficient hangs on the span alone
    1 - scheme.coefficient({ n: 1, from, to }, scheme.init as never, {} as never)
  return {
    name: `spans of ${scheme.name}`,
    laws: [
      law(within(1e-11))(
        {
          name: 'semigroup',
          equation: 'kept over [a, c] = kept over [a, b] · kept over [b, c]',
          reason: 'neither the size of a batch nor the interval of updates may change the window',
          bug: 'a decay for each update means another half-life with each interval (MMEngine, ema-pytorch)',
        },
        [fc.nat({ max: 50 }), fc.nat({ max: 50 }), fc.nat({ max: 50 })],
        (a, more, most) => {
          const [b, c] = [a + more, a + more + most]
          return { left: [keeps(a, c), 1], right: [keeps(a, b) * keeps(b, c), 1] } // 1: the scale
        },
      ),
      law(within(2 ** -18))(
        {
          name: 'blocks',
          equation: 'x constant within blocks of k steps ⇒ every: k at their ends = every: 1',
          reason: 'averaging every k-th step is cheaper, and must not have another window',
          bug: 'updating every 100 steps with the clock of one: width .05 became .24, and 42 % of the weight the first snapshot',
        },
        [fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 3 }), trainings({ maxSteps: 1, values: ordinary })],
        (every, blocks, { params, grads }) => {
          const [move = null] = grads
          const rest = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))(params)
          const training = {
            params,
            grads: Array.from({ length: every * blocks }, (_, t) => (t % every === 0 ? move : rest)),
          }
          const ends = (beat: AverageOptions) =>
            averagesOf(followed(lift(scheme, beat)(scale({ stepSize: 1 })), training, extra)).filter(
              (_, t) => t % every === 0,
            )
          return { left: ends({ every }), right: ends({}) }
        },
      ),
    ],
  }
}

const lifted: NonNullable<SchemeSubject['lift']> = (scheme, options) => (inner) =>
  withAverage(scheme as Scheme, options)(inner) // of whatever numbers and extras

const sequentialBeats: fc.Arbitrary<AverageOptions> = fc.record(
  {
    start: fc.integer({ min: 0, max: 3 }),
    before: fc.constantFrom('copy' as const, 'rest' as const),
    every: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

const beats: fc.Arbitrary<AverageOptions> = fc
  .tuple(sequentialBeats, fc.constantFrom('sequential' as const, 'concurrent' as const))
  .map(([beat, order]) => ({ ...beat, order }))

const known = knownOnly<SchemeSubject>('averagingSchemeLaws', {
  extra: true,
  lift: true,
  rounding: true,
  weights: true,
})

const knownOfSpans = knownOnly<Pick<SchemeSubject, 'extra' | 'lift'>>('semigroupLaws', { extra: true, lift: true })
