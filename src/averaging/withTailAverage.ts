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
 *    A = mean of x at t = start, start + 1, …        before that the parameters of each step
 *
 *  Shapes   state `{ inner, average, count }`.
 *  Throws   `RangeError`/`TypeError` for options out of range.
 *  Laws     start 0 is `withAverage(uniform({ includeInitial: true }))`.
 *  Source   Jain et al. 2018, arXiv:1610.03774
 *  Example  `withTailAverage({ start: 5000 })(adamw({ learningRate: 1e-3 }))` */
export const withTailAverage = (given: TailOptions) => {
  const { start, name } = parse(given)
  return withAverage(uniform({ includeInitial: true }), { start, name })
}

const parse = options('withTailAverage', {
  start: required(count),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
