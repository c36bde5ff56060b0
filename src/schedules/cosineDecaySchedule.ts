import { positiveCount } from '../scalars/Count.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface CosineDecayScheduleOptions {
  /** The value at count 0. */
  readonly initValue: number
  /** How many steps the decay takes, ≥ 1. */
  readonly decaySteps: number
  /** Where it ends, as a *ratio* of `initValue`.
   *
   *  @defaultValue 0 */
  readonly alpha?: number
  /** The power the cosine is raised to, ≥ 0.
   *
   *  @defaultValue 1 */
  readonly exponent?: number
}

/** Decay along half a cosine.
 *
 *  ```text
 *  s(n) = init·((1 − α)·(½(1 + cos πk/T))^exponent + α)     k = min(n, T), T = decaySteps
 *  ```
 *
 *  @units those of initValue; alpha and exponent are pure numbers; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws s(0) = init; s(n) = α·init from T on; monotone between.
 *  @reference Loshchilov & Hutter, 2017, arXiv:1608.03983; optax.cosine_decay_schedule. Departs: a negative exponent,
 *    which would end at infinity, is refused.
 *  @example cosineDecaySchedule({ initValue: 1, decaySteps: 4 })   // 1, 0.8535…, 0.5, 0.1464…, 0, 0, … */
export const cosineDecaySchedule = (given: CosineDecayScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, decaySteps, alpha, exponent } = checked
  return described('cosineDecaySchedule', checked, (count) => {
    if (count === 0) return initValue // written out, (1 − α) + α may miss 1 by a rounding
    const cosine = 0.5 * (1 + Math.cos((Math.PI * Math.min(count, decaySteps)) / decaySteps))
    return initValue * ((1 - alpha) * cosine ** exponent + alpha)
  })
}

const parse = options('cosineDecaySchedule', {
  initValue: required(finite),
  decaySteps: required(positiveCount),
  alpha: withDefault(finite, 0),
  exponent: withDefault(nonNegative, 1),
})
