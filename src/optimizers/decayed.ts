/** @internal */

import type { MaskLike } from '../combinators/maskScope.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { maskOption } from '../combinators/maskOption.js'

/** The options of a weight decay. */
export const decayOptions = (weightDecay: number) => ({
  weightDecay: withDefault(numberOrSchedule(nonNegative), weightDecay),
  mask: optional(maskOption),
})

/** A weight decay, with the mask where there is one. */
export const decayed = (weightDecay: number | Schedule, mask: MaskLike | undefined) =>
  addDecayedWeights(mask === undefined ? { weightDecay } : { weightDecay, mask })
