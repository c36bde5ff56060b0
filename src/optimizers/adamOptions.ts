/** @internal */

import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { required, withDefault } from '../scalars/options.js'

/** What Adam and its kin take, under optax's defaults. */
export const adamOptions = {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
}
