/** @internal */

import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { split } from '../combinators/split.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { optional, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamw } from './adamw.js'
import { decayed } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'

/** Options of optimizers of matrices that give all else to Adam. */
export interface BesideAdamOptions extends RatedOptions, WeightDecayOptions {
  /** The learning rate of the other leaves. Default that of the matrices. */
  readonly adamLearningRate?: number | Schedule
  /** The decay of the others' first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly adamB1?: number
  /** The decay of the others' second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly adamB2?: number
}

/** The options of the others. */
export const besideOptions = {
  adamLearningRate: optional(numberOrSchedule(rate)),
  adamB1: withDefault(halfOpenUnit, 0.9),
  adamB2: withDefault(halfOpenUnit, 0.999),
}

interface Beside {
  readonly learningRate: number | Schedule
  readonly weightDecay: number | Schedule
  readonly mask: MaskLike | undefined
  readonly adamLearningRate: number | Schedule | undefined
  readonly adamB1: number
  readonly adamB2: number
}

/** A direction for leaves of two axes, with decay and rate, and Adam without decay for all else. */
export const matricesAndAdam = <const K extends string, F extends StateLambda>(
  name: K,
  { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2 }: Beside,
  direction: Transformation<F>,
) =>
  split(
    name,
    {
      matrices: chain(direction, decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
      adam: adamw({ learningRate: adamLearningRate ?? learningRate, b1: adamB1, b2: adamB2, weightDecay: 0 }),
    },
    ({ shapes }) => shapes.map(({ length }) => length === 2),
  )
