export { adaptiveGradClip, type AdaptiveGradClipOptions } from './adaptiveGradClip.js'
export { addDecayedWeights, type DecayedWeightsOptions } from './addDecayedWeights.js'
export { addNoise, type AddNoiseOptions, type Noise, type NoiseState } from './addNoise.js'
export { applyEvery, type ApplyEveryOptions, type ApplyEveryState, type ApplyingEvery } from './applyEvery.js'
export { centralize, type CentralizeOptions } from './centralize.js'
export { clip, type ClipOptions } from './clip.js'
export { clipByBlockRms, type ClipByBlockRmsOptions } from './clipByBlockRms.js'
export { clipByGlobalNorm, type ClipByGlobalNormOptions } from './clipByGlobalNorm.js'
export { type ByLeaf, type CountBy, type CountedBy, type Counts, type LeafCorrections } from './countOption.js'
export {
  differentiallyPrivateAggregate,
  type DifferentiallyPrivateAggregateOptions,
} from './differentiallyPrivateAggregate.js'
export { ema, type EmaOptions, type UpdateEma, type UpdateEmaState } from './ema.js'
export { gaussNewtonBartlett, type GaussNewtonBartlettOptions } from './gaussNewtonBartlett.js'
export { grokfast, type Grokfast, type GrokfastOptions, type GrokfastState } from './grokfast.js'
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
export {
  reduceOnPlateau,
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  type ReduceOnPlateauState,
} from './reduceOnPlateau.js'
export { scale, type ScaleOptions } from './scale.js'
export {
  scaleByAcprop,
  type ScaleByAcprop,
  type ScaleByAcpropOptions,
  type ScaleByAcpropState,
} from './scaleByAcprop.js'
export {
  scaleByAdabound,
  type ScaleByAdabound,
  type ScaleByAdaboundOptions,
  type ScaleByAdaboundState,
} from './scaleByAdabound.js'
export {
  scaleByAdadelta,
  type ScaleByAdadelta,
  type ScaleByAdadeltaOptions,
  type ScaleByAdadeltaState,
} from './scaleByAdadelta.js'
export { scaleByAdam, type ScaleByAdam, type ScaleByAdamOptions, type ScaleByAdamState } from './scaleByAdam.js'
export {
  scaleByAdamax,
  type ScaleByAdamax,
  type ScaleByAdamaxByLeaf,
  type ScaleByAdamaxOptions,
  type ScaleByAdamaxState,
} from './scaleByAdamax.js'
export { scaleByAdan, type ScaleByAdan, type ScaleByAdanOptions, type ScaleByAdanState } from './scaleByAdan.js'
export {
  scaleByAdemamix,
  type ScaleByAdemamix,
  type ScaleByAdemamixOptions,
  type ScaleByAdemamixState,
} from './scaleByAdemamix.js'
export { scaleByAdopt, type ScaleByAdopt, type ScaleByAdoptOptions, type ScaleByAdoptState } from './scaleByAdopt.js'
export {
  scaleByAmsgrad,
  type ScaleByAmsgrad,
  type ScaleByAmsgradOptions,
  type ScaleByAmsgradState,
} from './scaleByAmsgrad.js'
export {
  type Backtracking,
  type BacktrackingState,
  scaleByBacktrackingLinesearch,
  type ScaleByBacktrackingLinesearchOptions,
} from './scaleByBacktrackingLinesearch.js'
export {
  scaleByBelief,
  type ScaleByBelief,
  type ScaleByBeliefOptions,
  type ScaleByBeliefState,
} from './scaleByBelief.js'
export { scaleByCocob, type ScaleByCocob, type ScaleByCocobOptions, type ScaleByCocobState } from './scaleByCocob.js'
export {
  scaleByDistanceOverGradients,
  type ScaleByDistanceOverGradients,
  type ScaleByDistanceOverGradientsOptions,
  type ScaleByDistanceOverGradientsState,
} from './scaleByDistanceOverGradients.js'
export { scaleByDog, type ScaleByDog, type ScaleByDogOptions, type ScaleByDogState } from './scaleByDog.js'
export { scaleByDowg, type ScaleByDowg, type ScaleByDowgOptions, type ScaleByDowgState } from './scaleByDowg.js'
export {
  type FactoredRms,
  type FactoredState,
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
} from './scaleByFactoredRms.js'
export {
  scaleByGalore,
  type ScaleByGalore,
  type ScaleByGaloreOptions,
  type ScaleByGaloreState,
} from './scaleByGalore.js'
export {
  scaleByLaprop,
  type ScaleByLaprop,
  type ScaleByLapropOptions,
  type ScaleByLapropState,
} from './scaleByLaprop.js'
export { scaleByLbfgs, type ScaleByLbfgs, type ScaleByLbfgsOptions, type ScaleByLbfgsState } from './scaleByLbfgs.js'
export { type LearningRateOptions, scaleByLearningRate } from './scaleByLearningRate.js'
export { scaleByLion, type ScaleByLion, type ScaleByLionOptions, type ScaleByLionState } from './scaleByLion.js'
export {
  scaleByMadgrad,
  type ScaleByMadgrad,
  type ScaleByMadgradOptions,
  type ScaleByMadgradState,
} from './scaleByMadgrad.js'
export { scaleByMars, type ScaleByMars, type ScaleByMarsOptions, type ScaleByMarsState } from './scaleByMars.js'
export { scaleByMuon, type ScaleByMuon, type ScaleByMuonOptions, type ScaleByMuonState } from './scaleByMuon.js'
export {
  scaleByNormuon,
  type ScaleByNormuon,
  type ScaleByNormuonOptions,
  type ScaleByNormuonState,
} from './scaleByNormuon.js'
export {
  scaleByNovograd,
  type ScaleByNovograd,
  type ScaleByNovogradOptions,
  type ScaleByNovogradState,
} from './scaleByNovograd.js'
export {
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
  type ScaleByOptimisticGradientState,
} from './scaleByOptimisticGradient.js'
export { scaleByParamBlockNorm, type ScaleByParamBlockNormOptions } from './scaleByParamBlockNorm.js'
export { scaleByParamBlockRms, type ScaleByParamBlockRmsOptions } from './scaleByParamBlockRms.js'
export { type LossValue, scaleByPolyak, type ScaleByPolyakOptions } from './scaleByPolyak.js'
export { scaleByRadam, type ScaleByRadam, type ScaleByRadamOptions, type ScaleByRadamState } from './scaleByRadam.js'
export { scaleByRms, type ScaleByRms, type ScaleByRmsOptions, type ScaleByRmsState } from './scaleByRms.js'
export { scaleByRprop, type ScaleByRprop, type ScaleByRpropOptions, type ScaleByRpropState } from './scaleByRprop.js'
export { scaleByRss, type ScaleByRss, type ScaleByRssOptions, type ScaleByRssState } from './scaleByRss.js'
export { scaleBySchedule, type ScaleByScheduleOptions } from './scaleBySchedule.js'
export { scaleBySign } from './scaleBySign.js'
export {
  scaleBySimplifiedAdemamix,
  type ScaleBySimplifiedAdemamix,
  type ScaleBySimplifiedAdemamixOptions,
  type ScaleBySimplifiedAdemamixState,
} from './scaleBySimplifiedAdemamix.js'
export { scaleBySm3, type ScaleBySm3, type ScaleBySm3Options, type ScaleBySm3State } from './scaleBySm3.js'
export {
  type Curvature,
  scaleBySophia,
  type ScaleBySophia,
  type ScaleBySophiaOptions,
  type ScaleBySophiaState,
} from './scaleBySophia.js'
export {
  scaleByStableAdamw,
  type ScaleByStableAdamw,
  type ScaleByStableAdamwOptions,
  type ScaleByStableAdamwState,
} from './scaleByStableAdamw.js'
export {
  scaleByStddev,
  type ScaleByStddev,
  type ScaleByStddevOptions,
  type ScaleByStddevState,
} from './scaleByStddev.js'
export { scaleByTrustRatio, type ScaleByTrustRatioOptions } from './scaleByTrustRatio.js'
export { scaleByYogi, type ScaleByYogi, type ScaleByYogiOptions, type ScaleByYogiState } from './scaleByYogi.js'
export {
  scaleByZoomLinesearch,
  type ScaleByZoomLinesearchOptions,
  type Zoom,
  type ZoomState,
} from './scaleByZoomLinesearch.js'
export { setToZero } from './setToZero.js'
export { stateless, type UpdatesFunction } from './stateless.js'
export { type LeafFunction, statelessWithTreeMap } from './statelessWithTreeMap.js'
export { trace, type TraceOptions, type TraceState, type Tracing } from './trace.js'
export { unitwiseClip, type UnitwiseClipOptions } from './unitwiseClip.js'
export { unitwiseNorm, type UnitwiseNormOptions } from './unitwiseNorm.js'
export { type ZeroNans, zeroNans, type ZeroNansState } from './zeroNans.js'
export {
  type MomentBlocks,
  type MomentBlocksLike,
  scaleByAdamMini,
  type ScaleByAdamMini,
  type ScaleByAdamMiniOptions,
  type ScaleByAdamMiniState,
} from './scaleByAdamMini.js'
export {
  scaleByAdamp,
  type ScaleByAdamp,
  type ScaleByAdampOptions,
  type ScaleByAdampState,
  type TangentialOptions,
} from './scaleByAdamp.js'
export {
  scaleByAdamuon,
  type ScaleByAdamuon,
  type ScaleByAdamuonOptions,
  type ScaleByAdamuonState,
} from './scaleByAdamuon.js'
export { scaleByDion, type ScaleByDion, type ScaleByDionOptions, type ScaleByDionState } from './scaleByDion.js'
export { scaleByDion2, type ScaleByDion2, type ScaleByDion2Options, type ScaleByDion2State } from './scaleByDion2.js'
export { scaleByKron, type ScaleByKron, type ScaleByKronOptions, type ScaleByKronState } from './scaleByKron.js'
export { scaleBySgdp, type ScaleBySgdp, type ScaleBySgdpOptions, type ScaleBySgdpState } from './scaleBySgdp.js'
export {
  scaleByShampoo,
  type ScaleByShampoo,
  type ScaleByShampooOptions,
  type ScaleByShampooState,
} from './scaleByShampoo.js'
export { scaleBySoap, type ScaleBySoap, type ScaleBySoapOptions, type ScaleBySoapState } from './scaleBySoap.js'
