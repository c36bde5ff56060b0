import { unitInterval } from '../../scalars/Decay.js'
import { positive } from '../../scalars/numbers.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** How the decay is ramped up. */
export interface RampOptions {
  /** The decay at the end, in [0, 1].
   *
   *  @defaultValue 0.9999 */
  readonly decay?: number
  /** The steps in which 63 % of it are reached, above 0.
   *
   *  @defaultValue 2000 */
  readonly tau?: number
}

/** YOLO's warm-up: the decay rises exponentially.
 *
 *  ```text
 *  c = 1 − ∏ d·(1 − e^(−(t+1)/τ))
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for a decay outside [0, 1] or a τ that is not above 0.
 *  @laws early decays are small: the start is forgotten within a few steps.
 *  @reference ultralytics ModelEMA
 *  @example withAverage(ramp({ decay: 0.9999, tau: 500 })) */
export const ramp = (given?: RampOptions): Scheme => {
  const checked = parse(given)
  const { decay, tau } = checked
  return countedScheme(
    'ramp',
    checked,
    'steps',
    (moment) => 1 - blockDecay((t) => -decay * Math.expm1(-(t + 1) / tau), moment),
  )
}

const parse = options('ramp', { decay: withDefault(unitInterval, 0.9999), tau: withDefault(positive, 2000) })
