import { count as steps } from '../scalars/Count.js'
import { oneOf } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface WarmupStableDecayScheduleOptions {
  /** The value of the plateau. */
  readonly peakValue: number
  /** How many steps the way up takes. */
  readonly warmupSteps: number
  /** How many steps the plateau is long. */
  readonly stableSteps: number
  /** How many steps the way down takes: 10 to 20 % of all is usual. */
  readonly decaySteps: number
  /** The value at count 0. Default 0. */
  readonly initValue?: number
  /** The value from the end of the way down on. Default 0. */
  readonly endValue?: number
  /** How it falls: '1-sqrt' (default), 'linear', 'cosine' or 'square'. */
  readonly shape?: '1-sqrt' | 'linear' | 'cosine' | 'square'
}

/** Up, along, and down at the end: training may go on from the plateau, and the way down is taken when it shall be over.
 *
 *  ```text
 *  s(n) = init + (peak − init)·n/W,  then peak for S steps,  then end + (peak − end)·g(u), u = k/D
 *  g = 1 − √u,  1 − u,  (1 + cos πu)/2,  1 − u²
 *  ```
 *
 *  @units those of the values; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws between the values; it never rises after the warm-up where end ≤ peak.
 *  @reference Hu et al. 2024, arXiv:2404.06395; Hägele et al. 2024, arXiv:2405.18392 (1 − √u)
 *  @example warmupStableDecaySchedule({ peakValue: 1, warmupSteps: 2, stableSteps: 2, decaySteps: 4, shape: 'linear' }) // 0, 0.5, 1, 1, 1, 0.75, … */
export const warmupStableDecaySchedule = (given: WarmupStableDecayScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, peakValue, endValue, warmupSteps, stableSteps, decaySteps, shape } = checked
  return described('warmupStableDecaySchedule', checked, (n) => {
    if (n < warmupSteps) return initValue + ((peakValue - initValue) * n) / warmupSteps
    const k = n - warmupSteps - stableSteps
    if (k <= 0) return peakValue
    return k >= decaySteps ? endValue : endValue + (peakValue - endValue) * falls[shape](k / decaySteps)
  })
}

const falls: Readonly<Record<'1-sqrt' | 'linear' | 'cosine' | 'square', (u: number) => number>> = {
  '1-sqrt': (u) => 1 - Math.sqrt(u),
  linear: (u) => 1 - u,
  cosine: (u) => (1 + Math.cos(Math.PI * u)) / 2,
  square: (u) => 1 - u * u,
}

const parse = options('warmupStableDecaySchedule', {
  initValue: withDefault(finite, 0),
  peakValue: required(finite),
  warmupSteps: required(steps),
  stableSteps: required(steps),
  decaySteps: required(steps),
  endValue: withDefault(finite, 0),
  shape: withDefault(oneOf('1-sqrt', 'linear', 'cosine', 'square'), '1-sqrt'),
})
