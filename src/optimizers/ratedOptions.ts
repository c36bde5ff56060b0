import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'

/** A learning rate, as most optimizers take one. */
export interface RatedOptions {
  /** A number ≥ 0, or a schedule. */
  readonly learningRate: number | Schedule
}

/** Decoupled weight decay, as optimizers without one of their own take it. */
export interface WeightDecayOptions {
  /** The factor of the parameters, a number ≥ 0 or a schedule; the learning rate multiplies it.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** The leaves that decay; all of them by default. */
  readonly mask?: MaskLike
}
