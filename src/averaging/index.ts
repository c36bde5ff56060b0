export { averaged } from './averaged.js'
export { type AverageLens, averages, namesOfAverages } from './averages.js'
export { type AverageWarning, averageWarnings } from './averageWarnings.js'
export { type AveragingWeights, averagingWeights, type WeightsOptions } from './averagingWeights.js'
export { type Averaging, type AveragingState, type Compensated, type Products } from './AveragingState.js'
export { type AnyScheme, type Moment, type Scheme, type Told, type Unit } from './Scheme.js'
export { annealed, type AnnealedOptions } from './schemes/annealed.js'
export { bema, type BemaOptions } from './schemes/bema.js'
export { debiased, type DebiasedOptions } from './schemes/debiased.js'
export { exponential, type ExponentialOptions } from './schemes/exponential.js'
export { halfLife, type HalfLifeOptions } from './schemes/halfLife.js'
export { inverseGamma, type InverseGammaOptions } from './schemes/inverseGamma.js'
export { polynomial, type PolynomialOptions } from './schemes/polynomial.js'
export { powerFunction, type PowerFunctionOptions } from './schemes/powerFunction.js'
export { ramp, type RampOptions } from './schemes/ramp.js'
export { scaledDecay, type ScaledDecayOptions } from './schemes/scaledDecay.js'
export { uniform, type UniformOptions } from './schemes/uniform.js'
export { uniformThen, type UniformThenOptions } from './schemes/uniformThen.js'
export { warmup, type WarmupOptions } from './schemes/warmup.js'
export { weighted, weightedBy, type WeightedOptions } from './schemes/weighted.js'
export { gammaOfWidth, widthOfGamma } from './schemes/width.js'
export { type BatchStatistics, pooledStatistics, type PoolingOptions } from './pooledStatistics.js'
export {
  type PostHocCoefficients,
  postHocCoefficients,
  type ProfileTarget,
  type StoredProfile,
} from './postHocCoefficients.js'
export { type SampleOptions, sampleSwag, type SwagState } from './sampleSwag.js'
export { type ScheduleFree, scheduleFree, type ScheduleFreeOptions, type ScheduleFreeState } from './scheduleFree.js'
export { scheduleFreeAdamw, type ScheduleFreeAdamwOptions } from './scheduleFreeAdamw.js'
export { scheduleFreeEvalParams } from './scheduleFreeEvalParams.js'
export {
  type Rectified,
  type RectifiedState,
  scheduleFreeRadam,
  type ScheduleFreeRadamOptions,
} from './scheduleFreeRadam.js'
export { scheduleFreeSgd, type ScheduleFreeSgdOptions } from './scheduleFreeSgd.js'
export { type Averaged, swapped } from './swapped.js'
export { type AverageOptions, type Clocked, type Following, withAverage } from './withAverage.js'
export { type TreeAverage, treeAverage, type TreeAverageState } from './treeAverage.js'
export { type TrackedProfile, trackedProfiles } from './trackedProfiles.js'
export { type BiasCorrected, type BiasCorrection, withBema, type WithBemaOptions } from './withBema.js'
export { type Best, type BestOptions, type MetricGiven, withBestAverage } from './withBestAverage.js'
export { type Combined, type CombinedOptions, withCombinedAverage } from './withCombinedAverage.js'
export { type Doubled, type TwoAverages, withDoubleAverage } from './withDoubleAverage.js'
export { type FedBack, type FeedbackOptions, withFeedback } from './withFeedback.js'
export { type GivenBy, type MovingAverageOptions, withMovingAverage } from './withMovingAverage.js'
export { type Origin, type OuAverageOptions, type OuAveraging, withOuAverage } from './withOuAverage.js'
export { type SwaOptions, withSwa } from './withSwa.js'
export { type Deviations, type Swag, type SwagMoments, type SwagOptions, withSwag } from './withSwag.js'
export { type TailOptions, withTailAverage } from './withTailAverage.js'
export { type Snapshots, type Windowed, type WindowOptions, withWindowAverage } from './withWindowAverage.js'
