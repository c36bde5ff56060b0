import { count as steps } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface ExponentialDecayOptions {
  /** The value up to `transitionBegin`. */
  readonly initValue: number
  /** How many steps one factor of `decayRate` takes. With 0: `initValue` for ever. */
  readonly transitionSteps: number
  /** The factor, ≥ 0; above 1 the value grows. With 0: `initValue` for ever. */
  readonly decayRate: number
  /** The count at which the decay begins.
   *
   *  @defaultValue 0 */
  readonly transitionBegin?: number
  /** Whether to decay in stairs of `transitionSteps` counts.
   *
   *  @defaultValue false */
  readonly staircase?: boolean
  /** Where the decay stops: a lower bound when `decayRate` < 1, else an upper one. Default none. */
  readonly endValue?: number
}

/** Multiply by a factor every so many steps.
 *
 *  ```text
 *  s(n) = init·rate^(k/T)     k = max(0, n − begin), T = transitionSteps; k/T rounded down on a staircase
 *         then max(·, end) when rate < 1, min(·, end) otherwise
 *  ```
 *
 *  @units those of initValue; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws monotone; without an endValue and a staircase s(n + T) = rate·s(n) from begin on.
 *  @reference optax.exponential_decay. Departs: a negative transitionBegin or decayRate is refused.
 *  @example exponentialDecay({ initValue: 1, transitionSteps: 10, decayRate: 0.5 })   // 1, 0.933…, …; s(10) = 0.5 */
export const exponentialDecay = (given: ExponentialDecayOptions): Schedule => {
  const checked = parse(given)
  const { initValue, transitionSteps, decayRate, transitionBegin, staircase, endValue } = checked
  if (transitionSteps === 0 || decayRate === 0) return described('exponentialDecay', checked, () => initValue)
  const bounded = bound(decayRate, endValue)
  return described('exponentialDecay', checked, (count) => {
    const k = Math.max(0, count - transitionBegin) / transitionSteps
    return bounded(initValue * decayRate ** (staircase ? Math.floor(k) : k))
  })
}

const parse = options('exponentialDecay', {
  initValue: required(finite),
  transitionSteps: required(steps),
  decayRate: required(nonNegative),
  transitionBegin: withDefault(steps, 0),
  staircase: withDefault(flag, false),
  endValue: optional(finite),
})

const bound = (decayRate: number, endValue: number | undefined): ((value: number) => number) => {
  if (endValue === undefined) return (value) => value
  return decayRate < 1 ? (value) => Math.max(value, endValue) : (value) => Math.min(value, endValue)
}
