import { unitInterval } from '../../scalars/Decay.js'
import { positive } from '../../scalars/numbers.js'
import { options, required } from '../../scalars/options.js'

/** A decay, and the batch that it shall serve. */
export interface ScaledDecayOptions {
  /** The decay that is right for the old batch size, in [0, 1]. */
  readonly decay: number
  /** The new batch size over the old one. */
  readonly kappa: number
}

/** The decay for batches of another size: steps κ times as large pass κ times as many samples.
 *
 *  ```text
 *  d ← d^κ        with the learning rate scaled as your optimizer needs it (SGD: κ, Adam: √κ)
 *  ```
 *
 *  @throws `RangeError` for a decay outside [0, 1] or a κ that is not above 0.
 *  @laws scaled by κ₁ and then κ₂ is scaled by κ₁·κ₂; `halfLife` in samples needs no scaling at all.
 *  @reference Busbridge et al. 2023, arXiv:2307.13813: the EMA scaling rule
 *  @example exponential({ decay: scaledDecay({ decay: 0.9999, kappa: 8 }) }) */
export const scaledDecay = (given: ScaledDecayOptions): number => {
  const { decay, kappa } = parse(given)
  return decay ** kappa
}

const parse = options('scaledDecay', { decay: required(unitInterval), kappa: required(positive) })
