import { count as steps } from '../scalars/Count.js'
import { positive } from '../scalars/numbers.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface InfiniteScheduleOptions {
  /** The value at the end of the warm-up, > 0. */
  readonly peakValue: number
  /** The value that is held for as long as training lasts, > 0. */
  readonly constantValue: number
  /** The value at the end, > 0. */
  readonly endValue: number
  /** The count at which the warm-up ends. */
  readonly warmupSteps: number
  /** The count at which the cosine has come down to `constantValue`. */
  readonly cooldownEnd: number
  /** The count at which the last way down begins. */
  readonly constantEnd: number
  /** The count at which it ends. */
  readonly annealEnd: number
}

/** Up, down to a constant by a cosine, along for as long as there is data, and exponentially down at the end.
 *
 *  ```text
 *  s(n) = peak·n/W;   c + (peak − c)·(1 + cos πu)/2;   c;   c·(end/c)ᵛ;   end
 *  ```
 *
 *  @units those of the values; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range, RangeError where the counts do not ascend.
 *  @laws continuous; after the warm-up it never rises where peak ≥ constant ≥ end.
 *  @reference Ibrahim et al. 2024, arXiv:2403.08763
 *  @example infiniteSchedule({ peakValue: 1, constantValue: 0.5, endValue: 0.1, warmupSteps: 10, cooldownEnd: 100, constantEnd: 900, annealEnd: 1000 }) // 0, 0.1, … */
export const infiniteSchedule = (given: InfiniteScheduleOptions): Schedule => {
  const checked = parse(given)
  const { peakValue, constantValue, endValue, warmupSteps, cooldownEnd, constantEnd, annealEnd } = checked
  const counts = [warmupSteps, cooldownEnd, constantEnd, annealEnd]
  // the first follows none
  if (counts.some((count, i) => count < (counts[i - 1] ?? 0)))
    throw new RangeError(
      `infiniteSchedule: warmupSteps, cooldownEnd, constantEnd and annealEnd are counts that must ascend, found ${counts.join(', ')}.`,
    )
  return described('infiniteSchedule', checked, (n) => {
    if (n < warmupSteps) return (peakValue * n) / warmupSteps
    if (n < cooldownEnd) {
      // written out, constant + (peak − constant) may miss the peak by a rounding
      if (n === warmupSteps) return peakValue
      const u = (n - warmupSteps) / (cooldownEnd - warmupSteps)
      return constantValue + ((peakValue - constantValue) * (1 + Math.cos(Math.PI * u))) / 2
    }
    if (n < constantEnd) return constantValue
    if (n >= annealEnd) return endValue
    return constantValue * (endValue / constantValue) ** ((n - constantEnd) / (annealEnd - constantEnd))
  })
}

const parse = options('infiniteSchedule', {
  peakValue: required(positive),
  constantValue: required(positive),
  endValue: required(positive),
  warmupSteps: required(steps),
  cooldownEnd: required(steps),
  constantEnd: required(steps),
  annealEnd: required(steps),
})
