export { adaptiveGradClip, type AdaptiveGradClipOptions } from './adaptiveGradClip.js'
export { addDecayedWeights, type Counting, type DecayedWeightsOptions } from './addDecayedWeights.js'
export { addNoise, type Noise, type AddNoiseOptions } from './addNoise.js'
export { applyEvery, type ApplyEveryOptions } from './applyEvery.js'
export { centralize, type CentralizeOptions } from './centralize.js'
export { clip, type ClipOptions } from './clip.js'
export { clipByBlockRms, type ClipByBlockRmsOptions } from './clipByBlockRms.js'
export { clipByGlobalNorm, type ClipByGlobalNormOptions } from './clipByGlobalNorm.js'
export { type CountBy, type Counts } from './countOption.js'
export {
  differentiallyPrivateAggregate,
  type DifferentiallyPrivateAggregateOptions,
} from './differentiallyPrivateAggregate.js'
export { ema, type EmaOptions } from './ema.js'
export { gaussNewtonBartlett, type GaussNewtonBartlettOptions } from './gaussNewtonBartlett.js'
export { grokfast, type GrokfastOptions } from './grokfast.js'
export { hutchinsonDiagHessian, type HutchinsonOptions } from './hutchinsonDiagHessian.js'
export { keepParamsIn, type Projection } from './keepParamsIn.js'
export { keepParamsNonnegative } from './keepParamsNonnegative.js'
export { type LineSearch } from './lineSearch.js'
export { type MatrixDimensions, type MatrixDimensionsLike } from './matrixAxes.js'
export { type MuonScaling } from './muonScaling.js'
export { type Preconditioning, type Quintic } from './newtonSchulz.js'
export { normalize } from './normalize.js'
export { normalizeByUpdateNorm, type NormalizeByUpdateNormOptions } from './normalizeByUpdateNorm.js'
export { type NsCoefficients } from './nsCoefficients.js'
export { perExampleGlobalNormClip, type PerExampleGlobalNormClipOptions } from './perExampleGlobalNormClip.js'
export { perExampleLayerNormClip, type PerExampleLayerNormClipOptions } from './perExampleLayerNormClip.js'
export { reduceOnPlateau, type ReduceOnPlateauOptions } from './reduceOnPlateau.js'
export { scale, type ScaleOptions } from './scale.js'
export { scaleByAcprop, type ScaleByAcpropOptions } from './scaleByAcprop.js'
export { scaleByAdabound, type ScaleByAdaboundOptions } from './scaleByAdabound.js'
export { scaleByAdadelta, type ScaleByAdadeltaOptions } from './scaleByAdadelta.js'
export { type Adam, scaleByAdam, type ScaleByAdamOptions } from './scaleByAdam.js'
export { type Adamax, scaleByAdamax, type ScaleByAdamaxOptions } from './scaleByAdamax.js'
export { scaleByAdan, type ScaleByAdanOptions } from './scaleByAdan.js'
export { scaleByAdemamix, type ScaleByAdemamixOptions } from './scaleByAdemamix.js'
export { scaleByAdopt, type ScaleByAdoptOptions } from './scaleByAdopt.js'
export { type Amsgrad, scaleByAmsgrad, type ScaleByAmsgradOptions } from './scaleByAmsgrad.js'
export {
  type Backtracking,
  scaleByBacktrackingLinesearch,
  type ScaleByBacktrackingLinesearchOptions,
} from './scaleByBacktrackingLinesearch.js'
export { type Belief, scaleByBelief, type ScaleByBeliefOptions } from './scaleByBelief.js'
export { scaleByCocob, type ScaleByCocobOptions } from './scaleByCocob.js'
export {
  scaleByDistanceOverGradients,
  type ScaleByDistanceOverGradientsOptions,
} from './scaleByDistanceOverGradients.js'
export { scaleByDog, type ScaleByDogOptions } from './scaleByDog.js'
export { scaleByDowg, type ScaleByDowgOptions } from './scaleByDowg.js'
export {
  type FactoredRms,
  type FactoredState,
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
} from './scaleByFactoredRms.js'
export { type Galore, type GaloreState, scaleByGalore, type ScaleByGaloreOptions } from './scaleByGalore.js'
export { scaleByLaprop, type ScaleByLapropOptions } from './scaleByLaprop.js'
export { type Lbfgs, type LbfgsState, scaleByLbfgs, type ScaleByLbfgsOptions } from './scaleByLbfgs.js'
export { type LearningRateOptions, scaleByLearningRate } from './scaleByLearningRate.js'
export { scaleByLion, type ScaleByLionOptions } from './scaleByLion.js'
export { scaleByMadgrad, type ScaleByMadgradOptions } from './scaleByMadgrad.js'
export { scaleByMars, type ScaleByMarsOptions } from './scaleByMars.js'
export { type Muon, scaleByMuon, type ScaleByMuonOptions } from './scaleByMuon.js'
export { type Normuon, type NormuonState, scaleByNormuon, type ScaleByNormuonOptions } from './scaleByNormuon.js'
export { scaleByNovograd, type ScaleByNovogradOptions } from './scaleByNovograd.js'
export { scaleByOptimisticGradient, type ScaleByOptimisticGradientOptions } from './scaleByOptimisticGradient.js'
export { scaleByParamBlockNorm, type ScaleByParamBlockNormOptions } from './scaleByParamBlockNorm.js'
export { scaleByParamBlockRms, type ScaleByParamBlockRmsOptions } from './scaleByParamBlockRms.js'
export { type LossValue, scaleByPolyak, type ScaleByPolyakOptions } from './scaleByPolyak.js'
export { scaleByRadam, type ScaleByRadamOptions } from './scaleByRadam.js'
export { scaleByRms, type ScaleByRmsOptions } from './scaleByRms.js'
export { scaleByRprop, type ScaleByRpropOptions } from './scaleByRprop.js'
export { scaleByRss, type ScaleByRssOptions } from './scaleByRss.js'
export { scaleBySchedule, type ScaleByScheduleOptions } from './scaleBySchedule.js'
export { scaleBySign } from './scaleBySign.js'
export { scaleBySimplifiedAdemamix, type ScaleBySimplifiedAdemamixOptions } from './scaleBySimplifiedAdemamix.js'
export { type Sm3, type Sm3State, scaleBySm3, type ScaleBySm3Options } from './scaleBySm3.js'
export { type Curvature, scaleBySophia, type ScaleBySophiaOptions, type Sophia } from './scaleBySophia.js'
export { scaleByStableAdamw, type ScaleByStableAdamwOptions } from './scaleByStableAdamw.js'
export { scaleByStddev, type ScaleByStddevOptions } from './scaleByStddev.js'
export { scaleByTrustRatio, type ScaleByTrustRatioOptions } from './scaleByTrustRatio.js'
export { type Yogi, scaleByYogi, type ScaleByYogiOptions } from './scaleByYogi.js'
export {
  scaleByZoomLinesearch,
  type Zoom,
  type ZoomState,
  type ScaleByZoomLinesearchOptions,
} from './scaleByZoomLinesearch.js'
export { setToZero } from './setToZero.js'
export { stateless, type UpdatesFunction } from './stateless.js'
export { type LeafFunction, statelessWithTreeMap } from './statelessWithTreeMap.js'
export { trace, type TraceOptions } from './trace.js'
export { unitwiseClip, type UnitwiseClipOptions } from './unitwiseClip.js'
export { unitwiseNorm, type UnitwiseNormOptions } from './unitwiseNorm.js'
export { zeroNans } from './zeroNans.js'
export {
  type AdamMini,
  type AdamMiniState,
  type MomentBlocks,
  type MomentBlocksLike,
  scaleByAdamMini,
  type ScaleByAdamMiniOptions,
} from './scaleByAdamMini.js'
export { type Adamp, scaleByAdamp, type ScaleByAdampOptions, type TangentialOptions } from './scaleByAdamp.js'
export { type Adamuon, type AdamuonState, scaleByAdamuon, type ScaleByAdamuonOptions } from './scaleByAdamuon.js'
export { type Dion, type DionState, scaleByDion, type ScaleByDionOptions } from './scaleByDion.js'
export { type Dion2, type Dion2State, scaleByDion2, type ScaleByDion2Options } from './scaleByDion2.js'
export { type Kron, type KronState, scaleByKron, type ScaleByKronOptions } from './scaleByKron.js'
export { scaleBySgdp, type ScaleBySgdpOptions, type Sgdp } from './scaleBySgdp.js'
export { scaleByShampoo, type ScaleByShampooOptions, type Shampoo, type ShampooState } from './scaleByShampoo.js'
export { scaleBySoap, type ScaleBySoapOptions, type Soap, type SoapState } from './scaleBySoap.js'
