export { type Schedule, valueAt } from '../scalars/Schedule.js'
export { constantSchedule, type ConstantScheduleOptions } from './constantSchedule.js'
export { cosineDecaySchedule, type CosineDecayScheduleOptions } from './cosineDecaySchedule.js'
export { cosineOnecycleSchedule, type CosineOnecycleScheduleOptions } from './cosineOnecycleSchedule.js'
export { cyclicSchedule, type CyclicScheduleOptions } from './cyclicSchedule.js'
export { describeSchedule, type ScheduleDescription } from './described.js'
export { exponentialDecay, type ExponentialDecayOptions } from './exponentialDecay.js'
export { infiniteSchedule, type InfiniteScheduleOptions } from './infiniteSchedule.js'
export { inverseSqrtSchedule, type InverseSqrtScheduleOptions } from './inverseSqrtSchedule.js'
export { joinSchedules, type JoinSchedulesOptions } from './joinSchedules.js'
export { linearOnecycleSchedule, type LinearOnecycleScheduleOptions } from './linearOnecycleSchedule.js'
export { linearSchedule, type LinearScheduleOptions } from './linearSchedule.js'
export { piecewiseConstantSchedule, type PiecewiseConstantScheduleOptions } from './piecewiseConstantSchedule.js'
export {
  piecewiseInterpolateSchedule,
  type PiecewiseInterpolateScheduleOptions,
} from './piecewiseInterpolateSchedule.js'
export { polynomialSchedule, type PolynomialScheduleOptions } from './polynomialSchedule.js'
export { rexSchedule, type RexScheduleOptions } from './rexSchedule.js'
export { sgdrSchedule, type SgdrScheduleOptions } from './sgdrSchedule.js'
export { swalrSchedule, type SwalrScheduleOptions } from './swalrSchedule.js'
export { warmupConstantSchedule, type WarmupConstantScheduleOptions } from './warmupConstantSchedule.js'
export { warmupCosineDecaySchedule, type WarmupCosineDecayScheduleOptions } from './warmupCosineDecaySchedule.js'
export {
  warmupExponentialDecaySchedule,
  type WarmupExponentialDecayScheduleOptions,
} from './warmupExponentialDecaySchedule.js'
export { warmupStableDecaySchedule, type WarmupStableDecayScheduleOptions } from './warmupStableDecaySchedule.js'
