import { unitInterval } from '../../scalars/Decay.js'
import { positive } from '../../scalars/numbers.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { blockDecay } from './blockDecay.js'
import { countedScheme } from './countedScheme.js'

/** How the decay grows. */
export interface InverseGammaOptions {
  /** The largest decay, in [0, 1].
   *
   *  @defaultValue 0.9999 */
  readonly decay?: number
  /** Steps for each unit of the warm-up, above 0.
   *
   *  @defaultValue 1 */
  readonly invGamma?: number
  /** 2/3 reaches 0.999 at step 31 600 and 0.9999 at a million, 3/4 at 10 000 and 215 000. Default 2/3. */
  readonly power?: number
  /** The smallest decay after the first update, in [0, 1].
   *
   *  @defaultValue 0 */
  readonly minDecay?: number
}

/** Crowson's warm-up: the decay grows as a power law, so that the window is a growing part of the training.
 *
 *  ```text
 *  c = 1 − ∏ clamp(1 − (1 + t/γ)^−p, minDecay, decay), decay 0 at t = 0
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for decays outside [0, 1], and γ or p that are not above 0.
 *  @laws the first update copies; γ = p = 1 below the largest decay is `uniform`.
 *  @departs a block of `every` steps has the product of their decays; ema-pytorch's `update_every` does not adjust.
 *  @reference Crowson, k-diffusion; timm.ModelEmaV3(use_warmup), ema_pytorch.EMA, diffusers.EMAModel(use_ema_warmup): their
 *    `update_after_step` is `start`
 *  @example withAverage(inverseGamma({ power: 3 / 4 }), { start: 100 }) */
export const inverseGamma = (given?: InverseGammaOptions): Scheme => {
  const checked = parse(given)
  const { decay: most, invGamma, power, minDecay } = checked
  const decay = (t: number): number =>
    t === 0 ? 0 : Math.min(most, Math.max(minDecay, 1 - (1 + t / invGamma) ** -power))
  return countedScheme('inverseGamma', checked, 'steps', (moment) => 1 - blockDecay(decay, moment))
}

const parse = options('inverseGamma', {
  decay: withDefault(unitInterval, 0.9999),
  invGamma: withDefault(positive, 1),
  power: withDefault(positive, 2 / 3),
  minDecay: withDefault(unitInterval, 0),
})
