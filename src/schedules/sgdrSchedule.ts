import { anything, listOf } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'
import { joinSchedules } from './joinSchedules.js'
import { warmedCosine } from './warmedCosine.js'
import type { WarmupCosineDecayScheduleOptions } from './warmupCosineDecaySchedule.js'

export interface SgdrScheduleOptions {
  /** The options of each cycle's warmupCosineDecaySchedule, in order; a cycle lasts its `decaySteps`. At least one. */
  readonly cosineKwargs: readonly WarmupCosineDecayScheduleOptions[]
}

/** Warm restarts: one warm-up and cosine decay after the other.
 *
 *  ```text
 *  s(n) = warmupCosineDecayᵢ(n − Tᵢ)     Tᵢ = decaySteps₁ + … + decaySteps of the cycle before
 *  ```
 *
 *  @units those of the cycles' values; counts are updates applied so far.
 *  @throws RangeError or TypeError for an empty list or a cycle with options out of range, naming the cycle.
 *  @laws one cycle is warmupCosineDecaySchedule; after the last cycle its endValue holds.
 *  @reference Loshchilov & Hutter, 2017, arXiv:1608.03983; optax.sgdr_schedule. Departs: nothing.
 *  @example
 *  ```ts
 *  sgdrSchedule({ cosineKwargs: [
 *    { initValue: 0, peakValue: 1, warmupSteps: 1, decaySteps: 4 },
 *    { initValue: 0, peakValue: 0.5, warmupSteps: 1, decaySteps: 4 },
 *  ] })   // 0, 1, 0.75, 0.25, 0, 0.5, 0.375, 0.125, 0, 0, …
 *  ```
 */
export const sgdrSchedule = (given: SgdrScheduleOptions): Schedule => {
  const cycles = parse(given).cosineKwargs.map((cycle, i) => warmedCosine(`sgdrSchedule: cosineKwargs.${i}`)(cycle))
  const schedules = cycles.map(({ schedule }) => schedule)
  const lengths = cycles.map(({ checked }) => checked.decaySteps)
  const ends = lengths.reduce<readonly number[]>((all, length) => [...all, (all.at(-1) ?? 0) + length], []) // begins at 0
  const joined = joinSchedules({ schedules, boundaries: ends.slice(0, -1) })
  return described('sgdrSchedule', { cosineKwargs: cycles.map(({ checked }) => checked) }, joined)
}

const parse = options('sgdrSchedule', {
  cosineKwargs: required(
    listOf(
      anything<WarmupCosineDecayScheduleOptions>(
        'the options of a warmupCosineDecaySchedule',
        '{ initValue: 0, peakValue: 1, warmupSteps: 10, decaySteps: 100 }',
      ),
      1,
    ),
  ),
})
