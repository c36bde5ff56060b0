import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { AveragingState } from '../../src/averaging/AveragingState.js'
import type { Schedule } from '../../src/scalars/Schedule.js'
import { step } from '../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { scale } from '../../src/transforms/scale.js'
import { setToZero } from '../../src/transforms/setToZero.js'
import { exactly, within } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { decays, schedules } from '../arbitraries/schedules.js'
import { trainings } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory } from '../trajectory.js'
import { followed } from './followed.js'
import { averageOf, averagesOf, paramsOf, type AveragingSubject, valuesOf } from './Subject.js'
import { columnsOf, zipped } from '../zipped.js'
import { nth } from '../nth.js'
import { equallyLong } from '../Apart.js'

/** When an average moves and by how much: its decay, warm-up, start, every and debias, and the weights that they
 *  imply. */
export const rhythmLaws = ({ lift, rounding }: AveragingSubject): Suite => ({
  name: 'the rhythm of a moving average',
  laws: [
    law(rounding)(
      {
        name: 'recursion',
        equation:
          'Aₜ₊₁ = Aₜ − c·(Aₜ − x) where c ≤ ½, x − (1 − c)·(x − Aₜ) above; c = 1 − dₜ, each operation rounded once',
        reason: 'this form keeps constants and reaches both ends; others do not',
        bug: 'c computed as 1 − fl(d) is another decay: 1.7e-4 off at 0.9999',
      },
      [
        transformations,
        movingAverageOptions({ rhythm: 'never', counted: 'never', precision: fc.constant('plain') }),
        trainings({ values: ordinary }),
      ],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        const x = paramsOf(moments).map(valuesOf)
        const A = averagesOf(moments).map(valuesOf)
        const right = A.slice(0, -1).map((average, t) => {
          const { decay = 0.9999 } = options
          const c = 1 - (typeof decay === 'number' ? decay : decay(t))
          return zipped(average, nth(x, options.order === 'concurrent' ? t : t + 1), (a, seen) => moved(c, a, seen))
        })
        return { left: A.slice(1), right }
      },
    ),
    law(within(2 ** -22))(
      {
        name: 'warm-up',
        equation: "numUpdates: n = count ('before'), count + 1 ('after'); decay = min(d, (1 + n)/(10 + n))",
        reason: 'a young average must follow quickly; first decays are 1/10 or 2/11, and which is a choice',
        bug: 'which count is meant differs between every two libraries: 1/10, 2/11, or 0 twice',
      },
      [decays, fc.nat({ max: 200_000 }), fc.constantFrom('before' as const, 'after' as const)],
      (decay, count, numUpdates) => ({
        left: [decayOfStep(lift({ decay, numUpdates }), count), 1], // 1: the scale of the tolerance
        right: [warm(decay, numUpdates === 'before' ? count : count + 1), 1],
      }),
    ),
    law(exactly)(
      {
        name: 'warm-up never goes back',
        equation: 'dₜ ≤ dₜ₊₁, and from n ≥ (10·d − 1)/(1 − d) on it is d',
        reason: 'warming up ends',
      },
      [fc.constantFrom(0.5, 0.9, 0.99, 0.999, 0.9999), fc.nat({ max: 100_000 }), fc.nat({ max: 1000 })],
      (decay, count, more) => {
        const [sooner, later] = [
          decayOfStep(lift({ decay, numUpdates: 'before' }), count),
          decayOfStep(lift({ decay, numUpdates: 'before' }), count + more),
        ]
        const end = Math.ceil((10 * decay - 1) / (1 - decay)) + 1
        return {
          left: [Math.max(sooner, later), decayOfStep(lift({ decay, numUpdates: 'before' }), end + count)],
          right: [later, decayOfStep(lift({ decay }), 0)],
        }
      },
    ),
    law(rounding)(
      {
        name: 'a fixed count is a fixed decay',
        equation: 'numUpdates: () => n is decay: min(d, (1 + n)/(10 + n))',
        reason: 'a count changes the decay and nothing else',
      },
      [transformations, decays, fc.nat({ max: 50 }), trainings({ values: ordinary })],
      (tx, decay, n, training) => ({
        left: averagesOf(trajectory(lift({ decay, numUpdates: () => n })(tx), training)),
        right: averagesOf(trajectory(lift({ decay: warm(decay, n) })(tx), training)),
      }),
    ),
    law(rounding)(
      {
        name: 'a count handed in',
        equation:
          "numUpdates: 'given' with the extra nₜ at each step is numUpdates: (t) => nₜ, under every other option",
        reason: "TensorFlow's num_updates was a variable that somebody else counted",
        bug: 'a variable that was read once, at construction',
      },
      [
        transformations,
        movingAverageOptions({ counted: 'never' }),
        fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 4 }),
        trainings({ minSteps: 2, maxSteps: 6, values: ordinary }),
      ],
      (tx, options, counts, training) => {
        const at = (count: number): number => nth(counts, count % counts.length)
        const { start = 0 } = options
        return {
          left: averagesOf(
            followed(lift({ ...options, numUpdates: 'given' })(tx), training, (count) => ({ numUpdates: at(count) })),
          ),
          right: averagesOf(trajectory(lift({ ...options, numUpdates: (t) => at(t + start) })(tx), training)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'start',
        equation: 't < start ⇒ Aₜ₊₁ = x, bitwise; from then on as if training had begun there',
        reason: 'the first steps of a training do not belong in its average',
      },
      [
        transformations,
        movingAverageOptions({ order: fc.constant('sequential') }),
        fc.integer({ min: 1, max: 3 }),
        trainings({ minSteps: 2, maxSteps: 5, values: ordinary }),
      ],
      (tx, options, start, training) => {
        const moments = trajectory(lift({ ...options, start })(tx), training).slice(1)
        const early = moments.slice(0, start)
        return { left: averagesOf(early), right: paramsOf(early) }
      },
    ),
    law(rounding)(
      {
        name: 'every',
        equation: 'off the multiples of every the average is at rest; on them c = 1 − ∏ of the decays since the last',
        reason: 'cheaper by a factor, and not a longer memory by accident',
        bug: 'update_every with an unadjusted decay has ten times the half-life that beta suggests (ema-pytorch)',
      },
      [
        transformations,
        decays,
        fc.integer({ min: 1, max: 3 }),
        trainings({ minSteps: 2, maxSteps: 6, values: ordinary }),
      ],
      (tx, decay, every, training) => {
        const moments = trajectory(lift({ decay, every })(tx), training)
        const x = paramsOf(moments).map(valuesOf)
        const A = averagesOf(moments).map(valuesOf)
        const c = 1 - Array.from({ length: every }).reduce<number>((product) => product * decay, 1)
        const right = A.slice(0, -1).map((last, t) =>
          (t + 1) % every === 0 ? zipped(last, nth(x, t + 1), (a, seen) => moved(c, a, seen)) : last,
        )
        return { left: A.slice(1), right }
      },
    ),
    law(within(2 ** -16))(
      {
        name: 'debias',
        equation: 'Aₜ = Σₛ (1 − dₛ)·∏_{r>s} dᵣ·xₛ / (1 − ∏ dₛ)',
        reason: 'the start has no weight, for decays that vary too, and without a second buffer',
        bug: "TensorFlow's zero_debias divides by 1 − d^t, which is right for a constant d only",
      },
      [
        transformations,
        fc.oneof(
          fc.constantFrom(0.5, 0.9, 0.99),
          schedules.map(
            (s): Schedule =>
              (t) =>
                0.9 * s(t),
          ),
        ),
        trainings({ values: ordinary, missing: false }),
      ],
      (tx, decay, training) => {
        const moments = trajectory(lift({ decay, debias: true })(tx), training)
        const x = paramsOf(moments).map(valuesOf)
        const at = (t: number): number => (typeof decay === 'number' ? decay : decay(t))
        const right = x.slice(1).map((_, t) =>
          columnsOf(x.slice(1, t + 2)).map((seen) => {
            const biased = seen.reduce((sum, now, s) => at(s) * sum + (1 - at(s)) * now, 0)
            return biased / (1 - Array.from({ length: t + 1 }, (__, s) => at(s)).reduce((product, d) => product * d, 1))
          }),
        )
        return { left: [averagesOf(moments).slice(1).map(valuesOf), x], right: [right, x] }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'weights',
        equation: 'Aₜ = Σₛ w(t, s)·xₛ with w ≥ 0 and Σₛ w = 1',
        reason: 'whatever the options, an average is an average',
        bug: 'raw weights that were not normalised after a switch of schemes',
      },
      [movingAverageOptions(), fc.integer({ min: 1, max: 7 })],
      (options, steps) => {
        const weights = weightsOf(lift(options), steps)
        return { left: [weights.reduce((sum, w) => sum + w, 0), Math.min(0, ...weights)], right: [1, 0] }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'semigroup',
        equation: 'x constant ⇒ one update with d₁·d₂ = an update with d₁, then one with d₂',
        reason: 'decays can be given for steps, samples or seconds, and blocks of steps may be taken at once',
      },
      [decays, decays],
      (first, second) => {
        const one = decayOfStep(lift({ decay: first * second }), 0)
        return { left: [decayOfSteps(lift({ decay: (t) => (t === 0 ? first : second) }), 0, 2), 1], right: [one, 1] }
      },
    ),
  ],
})

type Lifted = (inner: AnyTransformation) => AnyTransformation

/** One move of an average in float32, as the house writes it. */
const moved = (c: number, A: number, x: number): number => {
  const f = Math.fround
  return c === 0 ? A : c === 1 ? x : c <= 0.5 ? f(A - f(f(c) * f(A - x))) : f(x - f(f(1 - c) * f(x - A)))
}

const warm = (decay: number, n: number): number => Math.min(decay, (1 + n) / (10 + n))

/** The decay of the step after `count` steps, measured: how much is left of an average of 1 when the parameters are
 *  0. */
const decayOfStep = (lifted: Lifted, count: number): number => decayOfSteps(lifted, count, 1)

const decayOfSteps = (lifted: Lifted, count: number, steps: number): number => {
  const optimizer = lifted(setToZero()) as Transformation<Opaque> // its state is that of an average, as below
  return tidily(() => {
    const params = { x: tf.scalar(0) }
    let state = {
      ...(optimizer.init(params) as AveragingState<unknown, typeof params>),
      average: { x: tf.scalar(1) },
      count,
    }
    // as above
    for (let i = 0; i < steps; i++) state = step(optimizer)({ x: null }, state, params).state as typeof state
    return nth(equallyLong([...state.average.x.dataSync()], [1]), 0) // of one number
  })
}

/** The weights of x₀ … xₜ in the average: leaf s is 1 at moment s and 0 else. */
const weightsOf = (lifted: Lifted, steps: number): readonly number[] => {
  const scalar = (x: number): TreeSpec => ({ shape: [], values: [x] })
  const params = Array.from({ length: steps + 1 }, (_, s) => scalar(s === 0 ? 1 : 0))
  const grads = Array.from({ length: steps }, (_, t) =>
    params.map((__, s) => scalar(s === t ? -1 : s === t + 1 ? 1 : 0)),
  )
  return valuesOf(averageOf(nth(trajectory(lifted(scale({ stepSize: 1 })), { params, grads }), steps)))
}
