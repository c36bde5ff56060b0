import { count } from '../scalars/Count.js'
import { options, required, withDefault } from '../scalars/options.js'
import { averageName } from './kinds.js'
import { uniform } from './schemes/uniform.js'
import { withAverage } from './withAverage.js'

/** Where the tail begins. */
export interface TailOptions {
  /** The step with whose parameters the mean begins. */
  readonly start: number
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
}

/** The plain mean of all parameters from a step on. Sugar for `withAverage(uniform({ includeInitial: true }), { start })`.
 *
 *  ```text
 *  A = mean of x at t = start, start + 1, …        before that the parameters of each step
 *  ```
 *
 *  @shapes state `{ inner, average, count }`.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @laws start 0 is `withAverage(uniform({ includeInitial: true }))`.
 *  @reference Jain et al. 2018, arXiv:1610.03774
 *  @example withTailAverage({ start: 5000 })(adamw({ learningRate: 1e-3 })) */
export const withTailAverage = (given: TailOptions) => {
  const { start, name } = parse(given)
  return withAverage(uniform({ includeInitial: true }), { start, name })
}

const parse = options('withTailAverage', {
  start: required(count),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
