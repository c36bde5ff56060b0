export { type Schedule, valueAt } from '../scalars/Schedule.js'
export { constantSchedule, type ConstantScheduleOptions } from './constantSchedule.js'
export { cosineDecaySchedule, type CosineDecayScheduleOptions } from './cosineDecaySchedule.js'
export { cosineOnecycleSchedule, type CosineOnecycleScheduleOptions } from './cosineOnecycleSchedule.js'
export { describeSchedule, type ScheduleDescription } from './described.js'
export { exponentialDecay, type ExponentialDecayOptions } from './exponentialDecay.js'
export { joinSchedules, type JoinSchedulesOptions } from './joinSchedules.js'
export { linearOnecycleSchedule, type LinearOnecycleScheduleOptions } from './linearOnecycleSchedule.js'
export { linearSchedule, type LinearScheduleOptions } from './linearSchedule.js'
export { piecewiseConstantSchedule, type PiecewiseConstantScheduleOptions } from './piecewiseConstantSchedule.js'
export {
  piecewiseInterpolateSchedule,
  type PiecewiseInterpolateScheduleOptions,
} from './piecewiseInterpolateSchedule.js'
export { polynomialSchedule, type PolynomialScheduleOptions } from './polynomialSchedule.js'
export { sgdrSchedule, type SgdrScheduleOptions } from './sgdrSchedule.js'
export { warmupConstantSchedule, type WarmupConstantScheduleOptions } from './warmupConstantSchedule.js'
export { warmupCosineDecaySchedule, type WarmupCosineDecayScheduleOptions } from './warmupCosineDecaySchedule.js'
export {
  warmupExponentialDecaySchedule,
  type WarmupExponentialDecayScheduleOptions,
} from './warmupExponentialDecaySchedule.js'
