import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { oneOf } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface CyclicScheduleOptions {
  /** The value at the ends of each cycle. */
  readonly baseValue: number
  /** The value at the top of the first. */
  readonly maxValue: number
  /** How many steps the way up takes: an integer ≥ 1. */
  readonly stepSizeUp: number
  /** How many steps the way down takes. Default `stepSizeUp`. */
  readonly stepSizeDown?: number
  /** What becomes of the tops: 'triangular' (default) stays, 'triangular2' halves with each cycle, 'expRange' shrinks by
   *  gamma with each step. */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange'
  /** The factor of 'expRange', in [0, 1]. Default 1. */
  readonly gamma?: number
}

/** Up and down along lines, again and again.
 *
 *  ```text
 *  s(n) = base + (max − base)·h·height        h from 0 to 1 and back in each cycle; height 1, 2⁻ᶜ or γⁿ
 *  ```
 *
 *  @units those of the values; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws 'triangular' repeats with period stepSizeUp + stepSizeDown; between the values.
 *  @reference Smith 2017, arXiv:1506.01186; torch.optim.lr_scheduler.CyclicLR
 *  @example cyclicSchedule({ baseValue: 0, maxValue: 1, stepSizeUp: 2 }) // 0, 0.5, 1, 0.5, 0, 0.5, … */
export const cyclicSchedule = (given: CyclicScheduleOptions): Schedule => {
  const checked = parse(given)
  const { baseValue, maxValue, stepSizeUp, mode, gamma } = checked
  const period = stepSizeUp + (checked.stepSizeDown ?? stepSizeUp)
  return described('cyclicSchedule', checked, (n) => {
    const cycle = Math.floor(n / period)
    const k = n - cycle * period
    const up = k <= stepSizeUp ? k / stepSizeUp : (period - k) / (period - stepSizeUp)
    const height = mode === 'triangular' ? 1 : mode === 'triangular2' ? 2 ** -cycle : gamma ** n
    return baseValue + (maxValue - baseValue) * up * height
  })
}

const parse = options('cyclicSchedule', {
  baseValue: required(finite),
  maxValue: required(finite),
  stepSizeUp: required(positiveCount),
  stepSizeDown: optional(positiveCount),
  mode: withDefault(oneOf('triangular', 'triangular2', 'expRange'), 'triangular'),
  gamma: withDefault(unitInterval, 1),
})
