import fc from 'fast-check'
import { applyIfFinite } from '../../src/combinators/applyIfFinite.js'
import { multiSteps } from '../../src/combinators/multiSteps.js'
import { exactly } from '../Agreement.js'
import { handedInLaw } from '../combining/handedIn.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { decays } from '../arbitraries/schedules.js'
import { trainings } from '../arbitraries/training.js'
import { exactEquations, transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { mapNumbers, type TreeSpec, zipNumbers } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { type Moment, trajectory } from '../trajectory.js'
import { averageOf, type AveragingSubject } from './Subject.js'
import { nth } from '../nth.js'

/** Inside wrappers that skip or gather steps an average sees real steps only. */
export const wrapperLaws = ({ lift, rounding }: AveragingSubject): Suite => ({
  name: 'a moving average inside wrappers',
  laws: [
    law(exactly)(
      {
        name: 'rejected steps',
        equation:
          'applyIfFinite(M(tx)) with steps that are not finite = without them: params, average, count, inner state',
        reason: 'one NaN in an average stays for ever',
        bug: 'with a loss scaler there was no way to know that a step had been skipped, so averages moved anyway',
      },
      [
        transformations,
        movingAverageOptions(),
        trainings({ values: ordinary, nulls: false, missing: false }),
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
      ],
      (tx, options, training, coins, value) => {
        const guarded = applyIfFinite({ maxConsecutiveErrors: 1000 })(lift(options)(tx))
        return {
          left: last(trajectory(guarded, { ...training, grads: poisoned(training.grads, coins, value) })),
          right: last(trajectory(guarded, training)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'rejected steps, decided on the device',
        equation: 'the same for params and average, where nothing inside counts',
        reason: 'a step can be rejected without a number being read back',
      },
      [
        exactEquations,
        movingAverageOptions({ decay: decays, rhythm: 'never', counted: 'never' }),
        trainings({ nulls: false, missing: false }),
        fc.infiniteStream(fc.boolean()),
      ],
      (tx, options, training, coins) => {
        const guarded = applyIfFinite({ maxConsecutiveErrors: 1000, decide: 'device' })(lift(options)(tx))
        const seen = (moments: readonly Moment[]) =>
          last(moments).map(({ params, inner }) => ({ params, average: averageOf({ params, state: inner }) }))
        return {
          left: seen(trajectory(guarded, { ...training, grads: poisoned(training.grads, coins, Number.NaN) })),
          right: seen(trajectory(guarded, training)),
        }
      },
    ),
    law(rounding)(
      {
        name: 'accumulation',
        equation: 'multiSteps(k)(M(tx)) on k micro-batches = M(tx) on their mean: the average moves once',
        reason: 'splitting a batch must not change the memory of the average',
        bug: "Keras' average moves with every micro-batch: d = 0.99 with 8 of them acts like 0.92",
      },
      [
        transformations,
        movingAverageOptions(),
        trainings({ minSteps: 2, maxSteps: 6, nulls: false, missing: false }),
        fc.constantFrom(1, 2),
      ],
      (tx, options, training, k) => {
        const whole = training.grads.slice(0, training.grads.length - (training.grads.length % k))
        const gathered = trajectory(multiSteps({ everyKSchedule: k })(lift(options)(tx)), { ...training, grads: whole })
        const means =
          k === 1
            ? whole
            : Array.from({ length: whole.length / 2 }, (_, i) => mean(nth(whole, 2 * i), nth(whole, 2 * i + 1)))
        return {
          left: gathered
            .filter((_, i) => i % k === 0)
            // a wrapper's state
            .map(({ params, state }) => ({ params, state: (state as { readonly inner: unknown }).inner })),
          right: trajectory(lift(options)(tx), { ...training, grads: means }),
        }
      },
    ),
    handedInLaw((tx, every) => lift({ decay: 0.5, every })(tx)),
  ],
})

const last = (moments: readonly Moment[]): readonly { readonly params: TreeSpec; readonly inner: unknown }[] =>
  // a wrapper's state
  moments.slice(-1).map(({ params, state }) => ({ params, inner: (state as { readonly inner: unknown }).inner }))

/** Steps that are not finite put between others. */
const poisoned = (grads: readonly TreeSpec[], coins: Iterable<boolean>, value: number): readonly TreeSpec[] => {
  const tosses = coins[Symbol.iterator]()
  return grads.flatMap((grad) =>
    tosses.next().value === true
      ? [
          mapNumbers(({ shape, values }) => ({ shape, values: values.map((x, i) => (i === 0 ? value : x)) }))(grad),
          grad,
        ]
      : [grad],
  )
}

/** The mean of two trees of one structure. */
const mean = zipNumbers((a, b) => (a + b) / 2)
