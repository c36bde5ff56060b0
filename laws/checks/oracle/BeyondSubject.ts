import type { Normals } from '../../../src/transforms/normalsOf.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'

/** Options as the peer spells them; what is absent is at the peer's default. */
export interface Given {
  readonly lr: number
  readonly adjustLr?: string | null
  readonly adjustLrFn?: string
  readonly nsSteps?: number
  readonly nsCoefficients?: string
  readonly useAdjustedLr?: boolean
  readonly betas?: readonly [number, number]
  readonly weightDecay?: number
  readonly momentum?: number
  readonly muonBeta2?: number
  readonly gamma?: number
  readonly beta?: number
  readonly nesterov?: boolean
  readonly eps?: number
  readonly epsilon?: number
  readonly delta?: number
  readonly wdRatio?: number
  readonly optimize1d?: boolean
  readonly caution?: boolean
  readonly alwaysAdapt?: boolean
  readonly noProx?: boolean
  readonly adamWd?: boolean
  readonly centered?: boolean
  readonly gradAveraging?: boolean
  readonly preconditionFrequency?: number
  readonly normalizeGrads?: boolean
  readonly maxPrecondDim?: number
  readonly shampooBeta?: number
  readonly correctBias?: boolean
  readonly startPreconditioningStep?: number
  readonly rank?: number
  readonly mu?: number
  readonly fraction?: number
  readonly efDecay?: number
  readonly preconditionerUpdateProbability?: number
  readonly memorySaveMode?: string
  readonly nHeads?: number
  readonly decoupleLr?: boolean
  readonly lambd?: number
  readonly alpha?: number
  readonly d?: number
  readonly amsgrad?: boolean
  readonly safetyFactor?: number
  readonly lrDecay?: number
  readonly initialAccumulatorValue?: number
  readonly minDimSizeToFactor?: number
  readonly trustClip?: boolean
  readonly decoupledDecay?: boolean
  readonly biasCorrection?: boolean
  readonly momentumDecay?: number
  readonly finalLr?: number
  readonly grokfastAlpha?: number
  readonly grokfastLamb?: number
  readonly grokfastAfterStep?: number
}

/** How a peer's optimizer is said here. */
export interface Subject {
  /** `normals` are what the peer drew. */
  readonly make: (given: Given, normals: Normals) => AnyTransformation
  /** Whether matrices are [out, in] there: they are turned to kernels. */
  readonly turned?: boolean
  readonly exact?: number
  readonly rounded?: number
}
