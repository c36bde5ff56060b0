export { type Agreement, equally, exactly, within } from './Agreement.js'
export { averagingLaws } from './averagingLaws.js'
export { averagingSchemeLaws, type SchemeMaker, type SchemeSubject, semigroupLaws } from './averagingSchemeLaws.js'
export { type AveragingSubject } from './averaging/Subject.js'
export { type BatchOptions, type NoisyBatch, type NoisyLine, noisyLines } from './arbitraries/batches.js'
export { optimizerOptions } from './arbitraries/optimizerOptions.js'
export { type AveragingDomain, movingAverageOptions } from './arbitraries/movingAverageOptions.js'
export { anyFloat32, dyadic, dyadicFactor, ordinary, powerOfTwo, special } from './arbitraries/numbers.js'
export { decays, dyadicDecays, schedules } from './arbitraries/schedules.js'
export { type Training, type TrainingOptions, trainings } from './arbitraries/training.js'
export { exactTransformations, transformations } from './arbitraries/transformations.js'
export { everyShape, type TreeOptions, trees, treesLike } from './arbitraries/trees.js'
export { bindLaws, type LawRunner, type MakeTest } from './bindLaws.js'
export { type CheckOptions, checkLaw, checkLaws, type LawCheck } from './checkLaws.js'
export { type Failure, type Tally } from './Failure.js'
export { failureText } from './failureText.js'
export { type DescribeOptions } from './lawTests.js'
export { type Law, law, type LawText, type Sides, type ValuesOf } from './Law.js'
export {
  isNumbers,
  mapNumbers,
  type Numbers,
  numbersFrom,
  numbersIn,
  tensorsFrom,
  tidily,
  type TreeSpec,
  zipNumbers,
} from './Numbers.js'
export { type Placed, lawsOf, type Subject, type Suite } from './Suite.js'
export { swapLaws, type SwapSubject } from './swapLaws.js'
export { type Moment, trajectory, updatesOf } from './trajectory.js'
export { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from './transformation/optionalLaws.js'
export {
  duplicationInvariant,
  keepsDirection,
  monotone,
  rotationEquivariant,
  translationEquivariant,
} from './transformation/geometryLaws.js'
export {
  boundedMemory,
  type DescentOptions,
  descends,
  type NoiseOptions,
  robust,
  unbiased,
} from './transformation/purposeLaws.js'
export { clipsTo, type ClipOptions } from './transformation/clipsTo.js'
export { equivariant } from './transformation/unitLaws.js'
export { type Maker, type TransformationOptions } from './transformation/Subject.js'
export { transformationLaws } from './transformationLaws.js'
export { applyIfFiniteLaws, type ApplyIfFiniteSubject } from './applyIfFiniteLaws.js'
export { bestAverageLaws, type BestSubject } from './bestAverageLaws.js'
export { chainLaws, type ChainSubject } from './chainLaws.js'
export { derivedAverageLaws, type DerivedSubject } from './derivedAverageLaws.js'
export { feedbackLaws, type FeedbackSubject } from './feedbackLaws.js'
export { lookaheadLaws, type LookaheadSubject } from './lookaheadLaws.js'
export { maskedLaws, type MaskedSubject } from './maskedLaws.js'
export { measureLaws, type MeasureSubject } from './measureLaws.js'
export { multiStepsLaws, type MultiStepsSubject } from './multiStepsLaws.js'
export { partitionLaws, type PartitionSubject } from './partitionLaws.js'
export { poolingLaws, type PoolingSubject } from './poolingLaws.js'
export { postHocLaws, type PostHocSubject } from './postHocLaws.js'
export { profileLaws, type ProfileSubject, stretchLaws } from './profileLaws.js'
export { samLaws, type SamSubject } from './samLaws.js'
export { scheduleFreeLaws, type ScheduleFreeSubject } from './scheduleFreeLaws.js'
export { type StoreLaw, storeLaws } from './storeLaws.js'
export { swagLaws, type SwagSubject } from './swagLaws.js'
export { windowLaws, type WindowSubject } from './windowLaws.js'
export { type ScheduleOptions, scheduleLaws } from './scheduleLaws.js'
export { followsFormula, type FormulaOptions } from './followsFormula.js'
export { constructorLaws, type ConstructorSubject } from './constructorLaws.js'
export { averagingWeightsLaws } from './averagingWeightsLaws.js'
export { moveLaws, type MoveOptions } from './moveLaws.js'
export { type Refused, refusalLaws, type RefusalSubject } from './refusalLaws.js'
export { type Told } from './telling.js'
export { trainingLaws, type TrainingSubject } from './trainingLaws.js'
export { treeLaws, type TreeSubject } from './treeLaws.js'
export { backendLaws, type BackendOptions } from './backendLaws.js'
export { checkpointLaws, type CheckpointSubject } from './checkpointLaws.js'
export { choiceLaws, type ChoiceSubject } from './choiceLaws.js'
export { labelLaws, type LabelSubject } from './labelLaws.js'
export { conditionalLaws, type ConditionalSubject } from './conditionalLaws.js'
export { flattenLaws, type FlattenSubject } from './flattenLaws.js'
export { freezeLaws, type FreezeSubject } from './freezeLaws.js'
export { hyperparamLaws, type HyperparamSubject } from './hyperparamLaws.js'
export { lossLaws, type LossOfBatch, type LossOptions } from './lossLaws.js'
export { namedChainLaws, type NamedChainSubject } from './namedChainLaws.js'
export { patternLaws, type PatternSubject } from './patternLaws.js'
export { gaussNewtonLaws, type GaussNewtonDiagonal } from './gaussNewtonLaws.js'
export { hessianDiagonalLaws, type HessianDiagonal } from './hessianDiagonalLaws.js'
export { type PerExampleClip, perExampleLaws, type PerExampleOptions } from './perExampleLaws.js'
export { projectionLaws, type ProjectionOptions } from './projectionLaws.js'
export { restartLaws, type RestartSubject } from './restartLaws.js'
export { type LeaveOut, skippingLaws, type SkippingSubject } from './skippingLaws.js'
export { slotMapLaws, type SlotMapSubject } from './slotMapLaws.js'
export { averageWarningLaws, type AverageWarningSubject } from './averageWarningLaws.js'
export { followsHistory, type HistorySubject } from './averaging/followsHistory.js'
export { swagSampleLaws, type SwagSampleSubject } from './swagSampleLaws.js'
export { trackedProfileLaws, type TrackedSubject } from './trackedProfileLaws.js'
export { followsRule, type PlainRule } from './transformation/followsRule.js'
export {
  followsWholeRule,
  type RuleOptions,
  type Values,
  type WholeAt,
  type WholeRule,
} from './transformation/followsWholeRule.js'
export { sameTraining, type SameOptions } from './transformation/sameTraining.js'
export { treeAverageLaws, type TreeAverageSubject } from './treeAverageLaws.js'
