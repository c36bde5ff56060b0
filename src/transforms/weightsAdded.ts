import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'

/** The equation of `addDecayedWeights`, for a factor of either sign: `fromage` shrinks by a negative one.
 *
 *  @internal */
export const weightsAdded = (weightDecay: number | Schedule) =>
  equation({
    name: 'addDecayedWeights',
    options: plainOptions({ weightDecay }),
    host: counting,
    scalars: ({ count }) => ({ w: valueAt(weightDecay, count) }),
  })((A) => ({ update: g, param: p }, { w }) => ({ update: A.add(g, A.mul(w, p)) }))
