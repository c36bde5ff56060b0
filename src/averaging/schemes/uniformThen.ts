import { count } from '../../scalars/Count.js'
import { unitInterval } from '../../scalars/Decay.js'
import { options, required } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** When a mean becomes an exponential average. */
export interface UniformThenOptions {
  /** The updates that are a plain mean with the start: an integer ≥ 0. */
  readonly warmup: number
  /** The decay afterwards, in [0, 1]. */
  readonly decay: number
}

/** A plain mean with the start at first, an exponential average afterwards.
 *
 *  ```text
 *  c = 1/(1+n) while n ≤ warmup, then 1 − ∏ d
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @laws before the end of the warm-up it is `uniform({ includeInitial: true })`.
 *  @reference axlearn's param_ema
 *  @example withAverage(uniformThen({ warmup: 1000, decay: 0.999 })) */
export const uniformThen = (given: UniformThenOptions): Scheme => {
  const checked = parse(given)
  return countedScheme('uniformThen', checked, 'steps', (moment) =>
    moment.n <= checked.warmup ? 1 / (1 + moment.n) : 1 - blockDecay(checked.decay, moment),
  )
}

const parse = options('uniformThen', { warmup: required(count), decay: required(unitInterval) })
