export { BadLoss } from './BadLoss.js'
export { type Ended } from './Ended.js'
export { fit, type Fit } from './fit.js'
export {
  type Batches,
  type CheckpointHook,
  type EvaluateHook,
  type FitOptions,
  type HookContext,
} from './FitOptions.js'
export { fitted, type Fitted } from './fitted.js'
export { grad } from './grad.js'
export { keep } from './keep.js'
export { type Evaluated, type EvaluatedWithAux, type GradOptions, type Loss, type LossWithAux } from './Loss.js'
export { minimize } from './minimize.js'
export {
  type ExtraOption,
  type MakeExtra,
  type Minimized,
  type MinimizedWithAux,
  type MinimizeOptions,
  type Needed,
} from './Minimized.js'
export { MissingGradient } from './MissingGradient.js'
export { NoGradients } from './NoGradients.js'
export { NoVariables } from './NoVariables.js'
export { plainLines, type PlainLinesOptions } from './plainLines.js'
export { type Ending, type Report, type Reporter } from './Reporter.js'
export { savedByStep, type SavedByStep } from './savedByStep.js'
export { SaveFailed } from './SaveFailed.js'
export { type Snapshot, type StepEvent } from './StepEvent.js'
export { valueAndGrad } from './valueAndGrad.js'
