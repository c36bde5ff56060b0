import { unitInterval } from '../../scalars/Decay.js'
import { positive } from '../../scalars/numbers.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** How the coefficient is annealed. */
export interface AnnealedOptions {
  /** The smallest coefficient, in [0, 1]: 1 − decay.
   *
   *  @defaultValue 0.0002 */
  readonly momentum?: number
  /** The steps after which the coefficient has fallen to a half, above 0.
   *
   *  @defaultValue 100 */
  readonly gamma?: number
}

/** Momentum annealing: the coefficient falls from 1 as γ/(γ+t), down to `momentum`.
 *
 *  ```text
 *  c = 1 − ∏ (1 − max(m, γ/(γ+t)))
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for a momentum outside [0, 1] or a γ that is not above 0.
 *  @laws the first update copies; momentum 0 is `polynomial` with η = γ − 1.
 *  @departs MMEngine calls c the momentum, others the decay 1 − c.
 *  @reference mmengine.MomentumAnnealingEMA
 *  @example withAverage(annealed({ momentum: 0.001, gamma: 100 })) */
export const annealed = (given?: AnnealedOptions): Scheme => {
  const checked = parse(given)
  const { momentum, gamma } = checked
  return countedScheme(
    'annealed',
    checked,
    'steps',
    (moment) => 1 - blockDecay((t) => 1 - Math.max(momentum, gamma / (gamma + t)), moment),
  )
}

const parse = options('annealed', { momentum: withDefault(unitInterval, 0.0002), gamma: withDefault(positive, 100) })
