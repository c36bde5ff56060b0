import { unitInterval } from '../../scalars/Decay.js'
import { numberOrSchedule, oneOf } from '../../scalars/kinds.js'
import { options, withDefault } from '../../scalars/options.js'
import { type Schedule, valueAt } from '../../scalars/Schedule.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** Where a warm-up ends, and how it counts. */
export interface WarmupOptions {
  /** The decay after the warm-up: a number in [0, 1], or a schedule.
   *
   *  @defaultValue 0.9999 */
  readonly decay?: number | Schedule
  /** Whether the first update counts as 0 ('before', decay 1/10: praxis, tensorflow-addons) or 1 ('after', 2/11:
   *  TensorFlow's global step, LitEma, torch_ema, kauldron).
   *
   *  @defaultValue 'before' */
  readonly count?: 'before' | 'after'
}

/** TensorFlow's warm-up: a young average follows quickly, and forgets its start.
 *
 *  ```text
 *  c = 1 − ∏ min(d, (1+n)/(10+n))        n = t, or t + 1 with count: 'after'
 *  ```
 *
 *  @units the start's weight is 6·10⁻⁵ after 10 steps; the warm-up ends at n = (10d−1)/(1−d): 89 990 at 0.9999.
 *  @throws `RangeError`/`TypeError` for a decay outside [0, 1] or NaN.
 *  @laws with `start` and `every` as `withMovingAverage({ decay, numUpdates: 'before' })`.
 *  @reference tf.train.ExponentialMovingAverage(num_updates); diffusers.EMAModel (with `start: 1`)
 *  @example withAverage(warmup({ decay: 0.999 })) */
export const warmup = (given?: WarmupOptions): Scheme => {
  const checked = parse(given)
  const first = checked.count === 'before' ? 0 : 1
  const decay = (t: number): number => Math.min(valueAt(checked.decay, t), (1 + t + first) / (10 + t + first))
  return countedScheme('warmup', checked, 'steps', (moment) => 1 - blockDecay(decay, moment))
}

const parse = options('warmup', {
  decay: withDefault(numberOrSchedule(unitInterval), 0.9999),
  count: withDefault(oneOf('before', 'after'), 'before'),
})
