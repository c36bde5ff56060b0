import { unitInterval } from '../../scalars/Decay.js'
import { numberOrSchedule } from '../../scalars/kinds.js'
import { options, required } from '../../scalars/options.js'
import type { Schedule } from '../../scalars/Schedule.js'
import { plainOptions } from '../../schedules/described.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'

/** How fast a debiased average forgets. */
export interface DebiasedOptions {
  /** A number in [0, 1], or a schedule of it over the steps since the average's start. */
  readonly decay: number | Schedule
}

/** The exponential average in which the start has no weight, without a second buffer.
 *
 *  ```text
 *  c = (1 − D)/(1 − total·D)        D = ∏ d(t) over the steps since the last update, total = that of all before
 *  ```
 *
 *  @shapes keeps the number `total`.
 *  @throws `RangeError`/`TypeError` for a decay outside [0, 1] or NaN.
 *  @laws the first update copies (unless the decay is 1, which never moves); right for decays that vary.
 *  @departs TensorFlow's zero_debias divides by 1 − dᵗ, which is right for a constant decay only.
 *  @reference Kingma & Ba 2015 for moments; optax.ema, haiku.ExponentialMovingAverage
 *  @example withAverage(debiased({ decay: 0.999 })) */
export const debiased = (given: DebiasedOptions): Scheme<{ readonly total: number }> => {
  const checked = parse(given)
  return {
    name: 'debiased',
    options: plainOptions(checked),
    unit: 'steps',
    init: { total: 1 },
    coefficient: (moment, { total }) => {
      const block = blockDecay(checked.decay, moment)
      return total * block === 1 ? 0 : (1 - block) / (1 - total * block)
    },
    next: (moment, { total }) => ({ total: total * blockDecay(checked.decay, moment) }),
  }
}

const parse = options('debiased', { decay: required(numberOrSchedule(unitInterval)) })
