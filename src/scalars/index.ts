export { Count, count, countOf, PositiveCount, positiveCount, positiveCountOf } from './Count.js'
export { Decay, decayOf, openUnit, unitInterval } from './Decay.js'
export { extras } from './extras.js'
export { exactNumber, type WrittenNumber } from './exactNumber.js'
export type { Kind } from './Kind.js'
export {
  anything,
  byCount,
  flag,
  fn,
  listOf,
  numberOrSchedule,
  oneOf,
  orWord,
  pairOf,
  schedule,
  text,
} from './kinds.js'
export { LearningRate, learningRate, learningRateOf } from './LearningRate.js'
export { Momentum, momentumOf, halfOpenUnit } from './Momentum.js'
export { Finite, finite, NonNegative, nonNegative, Positive, positive } from './numbers.js'
export {
  type Checked,
  type Defaulted,
  type Given,
  type Option,
  optional,
  type Optional,
  options,
  type OptionsOf,
  required,
  type Required,
  type Spec,
  withDefault,
} from './options.js'
export { type Schedule, valueAt } from './Schedule.js'
