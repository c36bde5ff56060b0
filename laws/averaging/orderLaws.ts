import fc from 'fast-check'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { decays } from '../arbitraries/schedules.js'
import { trainings } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import type { Suite } from '../Suite.js'
import { trajectory } from '../trajectory.js'
import { averagesOf, type AveragingSubject } from './Subject.js'

const sequential = fc.constant('sequential' as const)

/** Before or after the update: one average, one step apart. */
export const orderLaws = ({ lift, rounding }: AveragingSubject): Suite => ({
  name: 'the order of averaging',
  laws: [
    law(rounding)(
      {
        name: 'delay',
        equation: 'concurrent(t + 1) = sequential(t), with the count before in the one and after in the other',
        reason: 'both orders are two compositions of the same two stages; nothing is a race',
        bug: "TensorFlow's sequential_update=False was a race between the update and the average",
      },
      [
        transformations,
        movingAverageOptions({ decay: decays, order: sequential, rhythm: 'never', counted: 'never' }),
        fc.boolean(),
        trainings({ minSteps: 2, values: ordinary }),
      ],
      (tx, options, counted, training) => {
        const after = trajectory(lift({ ...options, ...(counted ? { numUpdates: 'after' } : {}) })(tx), training)
        const before = trajectory(
          lift({ ...options, ...(counted ? { numUpdates: 'before' } : {}), order: 'concurrent' })(tx),
          training,
        )
        return { left: averagesOf(before), right: [training.params, ...averagesOf(after).slice(0, -1)] }
      },
    ),
    law(rounding)(
      {
        name: 'delay of a start',
        equation: 'concurrent from start + 1 (t + 1) = sequential from start (t), for all other options',
        reason: 'decay, warm-up, every and debias all run from the start, so they move with it',
      },
      [
        transformations,
        movingAverageOptions({ order: sequential }),
        trainings({ minSteps: 2, maxSteps: 6, values: ordinary }),
      ],
      (tx, options, training) => {
        const after = trajectory(lift(options)(tx), training)
        const { start = 0 } = options
        const before = trajectory(lift({ ...options, order: 'concurrent', start: start + 1 })(tx), training)
        return { left: averagesOf(before), right: [training.params, ...averagesOf(after).slice(0, -1)] }
      },
    ),
  ],
})
