import { count as steps } from '../scalars/Count.js'
import { oneOf } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface SwalrScheduleOptions {
  /** The value up to `transitionBegin`. */
  readonly initValue: number
  /** The constant value with which weights are averaged. */
  readonly swaValue: number
  /** How many steps the way takes; 0 is a jump. Default 10. */
  readonly annealSteps?: number
  /** How it goes: 'cos' (default) or 'linear'. */
  readonly anneal?: 'cos' | 'linear'
  /** The count at which it begins. Default 0. */
  readonly transitionBegin?: number
}

/** From a learning rate to the constant one of stochastic weight averaging.
 *
 *  ```text
 *  s(n) = swa·a + init·(1 − a)        a = (1 − cos πu)/2 or u,  u = clip((n − begin)/T, 0, 1)
 *  ```
 *
 *  @units those of the values; counts are updates applied so far.
 *  @throws RangeError or TypeError for options out of range.
 *  @laws between the values; constant after transitionBegin + annealSteps.
 *  @reference Izmailov et al. 2018, arXiv:1803.05407; torch.optim.swa_utils.SWALR
 *  @example swalrSchedule({ initValue: 1, swaValue: 0.5, annealSteps: 2, anneal: 'linear' }) // 1, 0.75, 0.5, 0.5, … */
export const swalrSchedule = (given: SwalrScheduleOptions): Schedule => {
  const checked = parse(given)
  const { initValue, swaValue, annealSteps, anneal, transitionBegin } = checked
  return described('swalrSchedule', checked, (n) => {
    const k = n - transitionBegin
    if (k < 0) return initValue
    const u = k >= annealSteps ? 1 : k / annealSteps
    const a = anneal === 'cos' ? (1 - Math.cos(Math.PI * u)) / 2 : u
    return swaValue * a + initValue * (1 - a)
  })
}

const parse = options('swalrSchedule', {
  initValue: required(finite),
  swaValue: required(finite),
  annealSteps: withDefault(steps, 10),
  anneal: withDefault(oneOf('cos', 'linear'), 'cos'),
  transitionBegin: withDefault(steps, 0),
})
