export {
  type AppliedIfFinite,
  type AppliedIfFiniteOnDevice,
  applyIfFinite,
  type ApplyIfFiniteOnDeviceState,
  type ApplyIfFiniteOptions,
  type ApplyIfFiniteState,
} from './applyIfFinite.js'
export { byPath, type MaskLeaf } from './byPath.js'
export { byPattern } from './byPattern.js'
export { cautious, type CautiousOptions } from './cautious.js'
export { chain } from './chain.js'
export { type ChoiceTree } from './choiceTree.js'
export { type Conditional, type ConditionalState, type ConditionOptions } from './conditionally.js'
export { conditionallyMask } from './conditionallyMask.js'
export { conditionallyTransform } from './conditionallyTransform.js'
export { flatten, type Flattened } from './flatten.js'
export { flush, type Flusher } from './flush.js'
export { freeze, type FreezeOptions } from './freeze.js'
export {
  type HyperparamsOf,
  injectHyperparams,
  type Injectable,
  type Injected,
  type InjectedState,
  type InjectOptions,
} from './injectHyperparams.js'
export { type LabelLike, type LabelTree } from './labels.js'
export { lookahead, type LookaheadOptions, type LookaheadState, type LookingAhead } from './lookahead.js'
export { masked, type Masked, type MaskedOptions } from './masked.js'
export { type MaskLike, type MaskTree } from './maskScope.js'
export { matching } from './matching.js'
export { type Measured } from './measured.js'
export { type EmaState, measureWithEma, type MeasureWithEmaOptions } from './measureWithEma.js'
export { mechanize, type Mechanized, type MechanizeOptions, type MechanizeState } from './mechanize.js'
export {
  type AnyMeasure,
  type Measure,
  type MeasurementsOf,
  type Measures,
  type MemoriesOf,
  monitor,
  type Monitoring,
} from './monitor.js'
export {
  hasUpdated,
  multiSteps,
  type MultiStepping,
  type MultiStepsOptions,
  type MultiStepsState,
} from './multiSteps.js'
export { type NamedChained, namedChain } from './namedChain.js'
export { partition, type Partitioned, type PartitionOptions } from './partition.js'
export {
  type GradientsAt,
  type OpaquelySharpened,
  sam,
  type SamOptions,
  type SamState,
  type Sharpened,
  type TransparentSamState,
} from './sam.js'
export { selectiveTransform, type SelectiveTransformOptions } from './selectiveTransform.js'
export {
  type ShouldSkip,
  type SkipByNumbers,
  skipLargeUpdates,
  skipNotFinite,
  type SkipUpdatesOptions,
} from './skipUpdates.js'
export { snapshot, type SnapshotOptions, type Snapshotting } from './snapshot.js'
export { hide, transformations } from './transformations.js'
export { treeMapParams } from './treeMapParams.js'
