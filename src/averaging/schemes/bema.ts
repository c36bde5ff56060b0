import { unitInterval } from '../../scalars/Decay.js'
import { nonNegative, positive } from '../../scalars/numbers.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { countedScheme } from './countedScheme.js'

/** How BEMA's average slows down. */
export interface BemaOptions {
  /** The power κ with which coefficients fall, ≥ 0.
   *
   *  @defaultValue 0.5 */
  readonly emaPower?: number
  /** ρ: how old the average seems at the start, ≥ 1.
   *
   *  @defaultValue 10 */
  readonly lag?: number
  /** γ: how fast it ages, ≥ 0.
   *
   *  @defaultValue 1 */
  readonly multiplier?: number
  /** The smallest coefficient, in [0, 1].
   *
   *  @defaultValue 0 */
  readonly minEmaMultiplier?: number
}

/** The coefficients of BEMA's average: a power of time. `withBema` corrects its bias, too.
 *
 *  ```text
 *  c = max((ρ + γ·t)^−κ, least)        t = the steps since the start, this one counted
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for options out of range, and a lag below 1.
 *  @laws `every` does not change c: BEMA's updates are 400 steps apart by default, and c is for one of them.
 *  @reference Block & Zhang 2025, arXiv:2508.00180; trl.BEMACallback
 *  @example withAverage(bema({ emaPower: 0.5 }), { every: 400 }) */
export const bema = (given?: BemaOptions): Scheme => {
  const checked = parse(given)
  if (checked.lag < 1)
    throw new RangeError(
      `bema: lag must be ≥ 1, found ${checked.lag}: coefficients would pass 1. Pass e.g. { lag: 10 }.`,
    )
  const { emaPower, lag, multiplier, minEmaMultiplier } = checked
  return countedScheme('bema', checked, 'steps', ({ to }) =>
    Math.max((lag + multiplier * to) ** -emaPower, minEmaMultiplier),
  )
}

/** The options of BEMA's average.
 *
 *  @internal */
export const bemaOptions = {
  emaPower: withDefault(nonNegative, 0.5),
  lag: withDefault(positive, 10),
  multiplier: withDefault(nonNegative, 1),
  minEmaMultiplier: withDefault(unitInterval, 0),
} as const

const parse = options('bema', bemaOptions)
