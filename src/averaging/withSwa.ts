import { positiveCount, count } from '../scalars/Count.js'
import { options, required, withDefault } from '../scalars/options.js'
import { averageName } from './kinds.js'
import { uniform } from './schemes/uniform.js'
import { withAverage } from './withAverage.js'

/** When SWA takes the parameters in. */
export interface SwaOptions {
  /** The step with whose parameters the mean begins; 0: the first that count are those after `period` steps. */
  readonly start: number
  /** And every how many steps after it.
   *
   *  @defaultValue 1 */
  readonly period?: number
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
}

/** Stochastic weight averaging: the plain mean of the parameters at regular moments. Sugar for `withAverage(uniform(…))`.
 *
 *  ```text
 *  A ← mean of x at t = start + j·period,  j = 0, 1, …        before that the parameters that `init` was given
 *  ```
 *
 *  @shapes state `{ inner, average, count }`.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @laws period 1 is `withTailAverage`, but that the average rests before the start.
 *  @departs schedules of SWA (SWALR) are those that are there: `linearSchedule`, `cosineDecaySchedule`. Statistics of
 *    batch normalisation are for `pooledStatistics`.
 *  @reference Izmailov et al. 2018, arXiv:1803.05407; torch.optim.swa_utils; lightning's StochasticWeightAveraging
 *  @example withSwa({ start: 5000, period: 100 })(sgd({ learningRate: 0.05, momentum: 0.9 })) */
export const withSwa = (given: SwaOptions) => {
  const { start, period, name } = parse(given)
  return withAverage(uniform({ includeInitial: start > 0 }), { start, every: period, before: 'rest', name })
}

const parse = options('withSwa', {
  start: required(count),
  period: withDefault(positiveCount, 1),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
