import { maskOption } from '../combinators/maskOption.js'
import { masked } from '../combinators/masked.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Counting } from '../transformation/types.js'
import { weightsAdded } from './weightsAdded.js'

/** How parameters decay. */
export interface DecayedWeightsOptions {
  /** The factor of the parameters, ≥ 0, or a schedule of it.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** The leaves that decay; all of them by default. */
  readonly mask?: MaskLike
}

/** Adds the parameters, scaled, to the updates: weight decay, decoupled where it comes after the preconditioner.
 *
 *  ```text
 *  u = g + w·p        w = weightDecay, or weightDecay(count)
 *  ```
 *
 *  @shapes any; state `{ count }`.
 *  @laws w = 0 is `identity` up to the sign of zeros; linear in parameters and updates together.
 *  @departs the state counts even where the decay is a number, so that options never change a state's type.
 *  @reference Loshchilov & Hutter 2019, arXiv:1711.05101; optax.add_decayed_weights
 *  @example addDecayedWeights({ weightDecay: 1e-4, mask: byPath((path) => path.endsWith('kernel')) }) */
export const addDecayedWeights = (given?: DecayedWeightsOptions): Transformation<Counting> => {
  const { weightDecay, mask } = parse(given)
  const decay = weightsAdded(weightDecay)
  return mask === undefined ? decay : masked({ mask })(decay)
}

const parse = options('addDecayedWeights', {
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  mask: optional(maskOption),
})
