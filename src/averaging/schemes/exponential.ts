import { unitInterval } from '../../scalars/Decay.js'
import { numberOrSchedule } from '../../scalars/kinds.js'
import { options, required } from '../../scalars/options.js'
import type { Schedule } from '../../scalars/Schedule.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** How fast an exponential average forgets. */
export interface ExponentialOptions {
  /** A number in [0, 1], or a schedule of it over the steps since the average's start. */
  readonly decay: number | Schedule
}

/** The exponential moving average: each step's weight is `decay` times that of the next.
 *
 *  ```text
 *  c = 1 − ∏ d(t) over the steps since the last update
 *  ```
 *
 *  @units half-life −ln 2/ln d steps; after T steps the start still has weight d^T: 90 % at 0.9999 and 1000 steps.
 *    For short runs take `warmup` or `uniform`.
 *  @throws `RangeError`/`TypeError` for a decay outside [0, 1] or NaN.
 *  @laws weights wₜ ∝ d^(T−t); every: n moves by 1 − dⁿ, so the window stays as long.
 *  @reference tf.train.ExponentialMovingAverage; torch.optim.swa_utils.get_ema_avg_fn (with `start: 1`, for there the first
 *    update copies); timm.ModelEmaV2
 *  @example withAverage(exponential({ decay: 0.999 })) */
export const exponential = (given: ExponentialOptions): Scheme => {
  const checked = parse(given)
  return countedScheme('exponential', checked, 'steps', (moment) => 1 - blockDecay(checked.decay, moment))
}

const parse = options('exponential', { decay: required(numberOrSchedule(unitInterval)) })
