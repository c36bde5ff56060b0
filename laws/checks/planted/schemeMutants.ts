import { averagingWeights } from '../../../src/averaging/averagingWeights.js'
import { annealed } from '../../../src/averaging/schemes/annealed.js'
import { debiased } from '../../../src/averaging/schemes/debiased.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { halfLife } from '../../../src/averaging/schemes/halfLife.js'
import { inverseGamma } from '../../../src/averaging/schemes/inverseGamma.js'
import { polynomial } from '../../../src/averaging/schemes/polynomial.js'
import { powerFunction } from '../../../src/averaging/schemes/powerFunction.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { uniformThen } from '../../../src/averaging/schemes/uniformThen.js'
import { warmup } from '../../../src/averaging/schemes/warmup.js'
import { weighted } from '../../../src/averaging/schemes/weighted.js'
import type { AnyScheme, Moment, Scheme } from '../../../src/averaging/Scheme.js'
import { type AverageOptions, withAverage } from '../../../src/averaging/withAverage.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { averagingSchemeLaws, type SchemeSubject, semigroupLaws } from '../../averagingSchemeLaws.js'
import { profileLaws, stretchLaws } from '../../profileLaws.js'
import type { Suite } from '../../Suite.js'
import { changedStage } from './changedStage.js'

/** A scheme with another coefficient. */
const but = (scheme: AnyScheme, coefficient: (moment: Moment) => number): AnyScheme => ({ ...scheme, coefficient })

/** The decays of single steps, as weights. */
const decaying =
  (decay: (t: number) => number) =>
  (step: number, steps: number): number =>
    Array.from({ length: steps - step }, (_, i) => decay(step + i)).reduce(
      (product, d) => product * d,
      step === 0 ? 1 : 1 - decay(step - 1),
    )

const plain = { weight: (step: number) => Math.min(1, step) }
const ofDecay = (decay: number) => ({ weight: decaying(() => decay) })

/** The beat read otherwise than it was meant. */
const misread = (change: (options: AverageOptions) => AverageOptions): Suite =>
  averagingSchemeLaws(uniform(), { lift: lifted(change) })

const lifted =
  (
    change: (options: AverageOptions) => AverageOptions,
    after: (tx: AnyTransformation) => AnyTransformation = (tx) => tx,
  ): NonNullable<SchemeSubject['lift']> =>
  (scheme, options) =>
  (inner) =>
    after(withAverage(scheme as Scheme, change(options))(inner)) // of whatever numbers and extras

const calls = { count: 0 }

/** Bugs of averaging schemes and of when they move, each with the law that catches it. */
export const schemeMutants: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  [
    'a plain mean that counts one too many: the start stays in it (AveragedModel without its first copy)',
    'profile',
    profileLaws(
      but(uniform(), ({ n }) => 1 / (n + 1)),
      plain,
    ),
  ],
  [
    'a plain mean that counts one too few: the newest weighs twice',
    'profile',
    profileLaws(
      but(uniform(), ({ n }) => 1 / Math.max(1, n - 1)),
      plain,
    ),
  ],
  [
    'polynomial averaging without its η in the numerator',
    'profile',
    profileLaws(
      but(polynomial({ eta: 2 }), ({ n }) => 1 / (n + 2)),
      { weight: (s) => s * (s + 1) },
    ),
  ],
  [
    'a power function with γ in the place of γ + 1',
    'profile',
    profileLaws(
      but(powerFunction({ gamma: 3 }), ({ from, to }) => 1 - (from / to) ** 3),
      { weight: (s) => (s === 0 ? 0 : s ** 4 - (s - 1) ** 4) },
    ),
  ],
  [
    'a clock that is one ahead (KarrasEMA of ema-pytorch)',
    'stretch',
    stretchLaws(but(powerFunction({ gamma: 3 }), ({ from, to }) => 1 - ((from + 1) / (to + 1)) ** 4)),
  ],
  [
    'a half-life that is a time constant: e for 2',
    'profile',
    profileLaws(
      but(halfLife({ halfLife: 3 }), ({ from, to }) => 1 - Math.exp((from - to) / 3)),
      ofDecay(0.5 ** (1 / 3)),
    ),
  ],
  [
    'a half-life in updates where samples were meant',
    'semigroup',
    semigroupLaws(but(halfLife({ halfLife: 3, unit: 'samples' }), () => 1 - 0.5 ** (1 / 3))),
  ],
  [
    'a half-life in thousands of the unit (composer’s “ba” read as samples)',
    'profile',
    profileLaws(
      but(halfLife({ halfLife: 3 }), ({ from, to }) => 1 - 0.5 ** ((to - from) / 3000)),
      ofDecay(0.5 ** (1 / 3)),
    ),
  ],
  [
    'a ramp of the time at the update before (torchtitan, one step behind)',
    'profile',
    profileLaws(
      but(halfLife({ ramp: 0.5 }), ({ from, to }) => (from === 0 ? 1 : 1 - 0.5 ** ((to - from) / (0.5 * from)))),
      { weight: decaying((t) => 0.5 ** (1 / (0.5 * (t + 1)))) },
    ),
  ],
  [
    'the decay of one step whatever the interval (ema-pytorch, MMEngine)',
    'blocks',
    semigroupLaws(but(exponential({ decay: 0.75 }), () => 0.25)),
  ],
  [
    'the decay times the steps in place of to their power',
    'semigroup',
    semigroupLaws(but(exponential({ decay: 0.99 }), ({ from, to }) => Math.min(1, 0.01 * (to - from)))),
  ],
  [
    'a warm-up that is forgotten (timm without a step)',
    'profile',
    profileLaws(
      but(warmup({ decay: 0.9 }), () => 1 - 0.9),
      { weight: decaying((t) => Math.min(0.9, (1 + t) / (10 + t))) },
    ),
  ],
  [
    'a warm-up that counts from 1 (2/11 for 1/10)',
    'profile',
    profileLaws(warmup({ decay: 0.9, count: 'after' }), {
      weight: decaying((t) => Math.min(0.9, (1 + t) / (10 + t))),
    }),
  ],
  [
    'a warm-up that is never left: the larger of the two decays',
    'profile',
    profileLaws(
      but(warmup({ decay: 0.5 }), ({ to }) => 1 - Math.max(0.5, to / (9 + to))),
      { weight: decaying((t) => Math.min(0.5, (1 + t) / (10 + t))) },
    ),
  ],
  [
    'an inverse gamma that does not copy at first',
    'profile',
    profileLaws(
      but(inverseGamma({ minDecay: 0.25 }), ({ to }) => 1 - Math.max(0.25, 1 - to ** (-2 / 3))),
      { weight: decaying((t) => (t === 0 ? 0 : Math.max(0.25, 1 - (1 + t) ** (-2 / 3)))) },
    ),
  ],
  [
    'a momentum of 0.1 taken for a decay of 0.1 (MMEngine, batch normalisation)',
    'profile',
    profileLaws(exponential({ decay: 0.1 }), ofDecay(0.9)),
  ],
  [
    'annealing that goes on below its smallest coefficient',
    'profile',
    profileLaws(annealed({ momentum: 0, gamma: 2 }), { weight: decaying((t) => 1 - Math.max(0.25, 2 / (2 + t))) }),
  ],
  [
    'a bias that is corrected twice',
    'profile',
    profileLaws(
      {
        ...debiased({ decay: 0.9 }),
        coefficient: (_, { total }: { readonly total: number }) => {
          const c = 0.1 / (1 - total * 0.9)
          return Math.min(1, c / (1 - total * 0.9))
        },
      },
      { weight: (s, T) => (s === 0 ? 0 : 0.9 ** (T - s)) },
    ),
  ],
  [
    'a bias that is corrected for the count and not for the decays (1 − dᵗ)',
    'profile',
    profileLaws(
      but(debiased({ decay: (t) => t / (t + 1) }), ({ n }) => {
        const d = (n - 1) / n
        return (1 - d) / (1 - d ** n)
      }),
      plain,
    ),
  ],
  [
    'weights that are not divided by their sum',
    'profile',
    profileLaws(
      but(weighted({ weight: () => 0.5 }), () => 0.5),
      plain,
    ),
  ],
  [
    'a sum that takes the new weight twice',
    'profile',
    profileLaws(
      {
        ...weighted({ weight: () => 1 }),
        coefficient: (_, { sum }: { readonly sum: number }) => (sum === 0 ? 1 : 1 / (sum + 2)),
      },
      plain,
    ),
  ],
  [
    'the weight of the next step for that of this one',
    'profile',
    profileLaws(weighted({ weight: (count) => count + 2 }), { weight: (s) => s }),
  ],
  [
    'a mean that forgets one step too late',
    'profile',
    profileLaws(uniformThen({ warmup: 3, decay: 0.875 }), {
      weight: decaying((t) => (t < 2 ? (1 + t) / (2 + t) : 0.875)),
    }),
  ],
  [
    'a scheme that counts its calls, outside of the state',
    'recursion and weights',
    averagingSchemeLaws(but(uniform(), () => 1 / (1 + (calls.count++ % 7)))),
  ],
  [
    'a scheme that counts its calls: a fresh one is another one',
    'no memory of its own',
    averagingSchemeLaws(() => {
      let n = 0
      return but(uniform(), () => 1 / ++n)
    }),
  ],
  [
    'a window of 1/(1 − d) told from the start on',
    'what is told of the weights',
    averagingSchemeLaws(() => exponential({ decay: 0.9 }), {
      weights: (...given) => ({ ...averagingWeights(...given), effectiveWindow: 10, varianceFactor: 0.1 }),
    }),
  ],
  [
    'before and after the update exchanged',
    'recursion and weights',
    misread(({ order, ...rest }) => ({ ...rest, order: order === 'concurrent' ? 'sequential' : 'concurrent' })),
  ],
  ['an average that begins a step late', 'beat', misread(({ start = 0, ...rest }) => ({ ...rest, start: start + 1 }))],
  [
    'an average that rests before its start in place of copying',
    'beat',
    misread(({ before = 'copy', ...rest }) => ({ ...rest, before: before === 'copy' ? 'rest' : 'copy' })),
  ],
  ['every n-th step taken for each', 'beat', misread((options) => ({ ...options, every: 1 }))],
  [
    'every n-th step counted from one too many',
    'beat',
    misread(({ every = 1, ...rest }) => ({ ...rest, every: every + 1 })),
  ],
  [
    'two products, d·A + c·x, for a scheme',
    'constants',
    averagingSchemeLaws(exponential({ decay: 0.9 }), {
      lift: lifted(
        (options) => options,
        changedStage((equation) => ({
          ...equation,
          rule: (A) => (x, scalars) => {
            const out = equation.rule(A)(x, scalars)
            const { average, param, update } = x
            const c = scalars['c']
            if (average === undefined || param === undefined || update === undefined || c === undefined) return out
            const now = A.applied(param, update)
            return { ...out, average: A.add(A.mul(A.sub(A.lit(1), c), average), A.mul(c, now)) }
          },
        })),
      ),
    }),
  ],
]
