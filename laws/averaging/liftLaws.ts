import fc from 'fast-check'
import { chain } from '../../src/combinators/chain.js'
import { exactly } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { trainings } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import type { Suite } from '../Suite.js'
import { trajectory, updatesOf } from '../trajectory.js'
import { averageOf, averagesOf, paramsOf, type AveragingSubject } from './Subject.js'

/** An average watches: it changes nothing of what it is wrapped around, and averages do not see each other. */
export const liftLaws = ({ lift, rounding }: AveragingSubject): Suite => ({
  name: 'a moving average is a lift',
  laws: [
    law(rounding)(
      {
        name: 'non-interference',
        equation: 'forget ∘ M(tx) = tx',
        reason: 'training must be the same with and without an average',
        bug: "Keras' use_ema overwrote the trained parameters when fit ended, so that fitting twice was not fitting on",
      },
      [transformations, movingAverageOptions(), trainings({ values: ordinary })],
      (tx, options, training) => {
        const lifted = lift(options)(tx)
        return {
          left: [
            updatesOf(lifted, training).map(({ updates, state }) => ({ updates, state: innerOf(state) })),
            trajectory(lifted, training).map(({ params, state }) => ({ params, state: innerOf(state) })),
          ],
          right: [updatesOf(tx, training), trajectory(tx, training)],
        }
      },
    ),
    law(rounding)(
      {
        name: 'functor',
        equation: 'M(chain(f, g)) ≅ chain(f, M(g))',
        reason:
          'an average around the last link sees what an average around the chain sees: the parameters that the step makes',
        bug: 'optax.ema in a chain averages updates, which people take for parameters',
      },
      [transformations, transformations, movingAverageOptions(), trainings({ values: ordinary })],
      (f, g, options, training) => {
        const [outside, inside] = [
          trajectory(lift(options)(chain(f, g)), training),
          trajectory(chain(f, lift(options)(g)), training),
        ]
        return {
          left: outside.map((moment) => ({ params: moment.params, average: averageOf(moment) })),
          right: inside.map(({ params, state }) => ({
            params,
            average: averageOf({ params, state: (state as readonly unknown[])[1] }),
          })), // a chain's state is a tuple
        }
      },
    ),
    law(rounding)(
      {
        name: 'several averages',
        equation: 'M₁(M₂(tx)) ≅ M₂(M₁(tx)), and each average is that of its own lift alone',
        reason: 'slow and fast averages can be kept at once and read each for itself',
        bug: 'a second apply_gradients reset the map of names, so that only the last group was ever swapped',
      },
      [transformations, movingAverageOptions(), movingAverageOptions(), trainings({ values: ordinary })],
      (tx, first, second, training) => {
        const [one, two] = [lift({ ...first, name: 'One' }), lift({ ...second, name: 'Two' })]
        const [ab, ba] = [trajectory(one(two(tx)), training), trajectory(two(one(tx)), training)]
        const inner = (moments: typeof ab) =>
          averagesOf(moments.map(({ params, state }) => ({ params, state: innerOf(state) })))
        const [a, b] = [averagesOf(trajectory(one(tx), training)), averagesOf(trajectory(two(tx), training))]
        return {
          left: [averagesOf(ab), inner(ab), inner(ba), averagesOf(ba), paramsOf(ab)],
          right: [a, b, a, b, paramsOf(ba)],
        }
      },
    ),
    law(exactly)(
      {
        name: 'count',
        equation: 'count = the number of steps',
        reason: 'warm-up, start and every depend on it, and a checkpoint must carry it',
        bug: 'a counter that was not saved restarted the warm-up and wiped the average on resuming',
      },
      [transformations, movingAverageOptions(), trainings()],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        return {
          left: moments.map(({ state }) => (state as { readonly count: number }).count),
          right: moments.map((_, i) => i),
        } // every average counts
      },
    ),
    law(exactly)(
      {
        name: 'no more than it needs',
        equation: 'neither debias nor every nor precision ⇒ the state is { inner, average, count }',
        reason: 'a file has a number for each that a state has, and must have it again when it is read',
        bug: 'products of decays in every state, and files that were read no more when one left them out',
        share: 0.2,
      },
      [transformations, fc.constantFrom(0.5, 0.9), fc.nat({ max: 2 }), trainings()],
      (tx, decay, start, training) => {
        const moments = trajectory(lift({ decay, start })(tx), training)
        return {
          left: moments.map(({ state }) => Object.keys(state as object).toSorted()), // a record
          right: moments.map(() => ['average', 'count', 'inner']),
        }
      },
    ),
    law(exactly)(
      {
        name: 'order of averaging',
        equation: 'params of sequential = params of concurrent',
        reason: 'the order decides what the average sees, never what is trained',
      },
      [transformations, movingAverageOptions({ order: fc.constant('sequential') }), trainings({ values: ordinary })],
      (tx, options, training) => ({
        left: paramsOf(trajectory(lift(options)(tx), training)),
        right: paramsOf(trajectory(lift({ ...options, order: 'concurrent' })(tx), training)),
      }),
    ),
  ],
})

const innerOf = (state: unknown): unknown => (state as { readonly inner: unknown }).inner // the subject keeps it there
