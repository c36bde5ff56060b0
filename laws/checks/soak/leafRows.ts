import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { scheduleFreeAdamw } from '../../../src/averaging/scheduleFreeAdamw.js'
import { scheduleFreeRadam } from '../../../src/averaging/scheduleFreeRadam.js'
import { scheduleFreeSgd } from '../../../src/averaging/scheduleFreeSgd.js'
import { byPath } from '../../../src/combinators/byPath.js'
import { freeze } from '../../../src/combinators/freeze.js'
import { injectHyperparams } from '../../../src/combinators/injectHyperparams.js'
import { masked } from '../../../src/combinators/masked.js'
import { measureWithEma } from '../../../src/combinators/measureWithEma.js'
import { monitor } from '../../../src/combinators/monitor.js'
import { snapshot } from '../../../src/combinators/snapshot.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { projectionBox } from '../../../src/projections/projectionBox.js'
import { projectionL2Ball } from '../../../src/projections/projectionL2Ball.js'
import * as transforms from '../../../src/transforms/index.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { treeNorm } from '../../../src/tensors/treeNorm.js'
import { optimizerOptions } from '../../arbitraries/optimizerOptions.js'
import { schedules } from '../../arbitraries/schedules.js'

/** Makes a transformation anew: nothing is shared from case to case. */
export type Make = () => AnyTransformation

/** One of several. */
const of = (...makes: readonly Make[]): fc.Arbitrary<Make> => fc.constantFrom(...makes)

const constructors: Readonly<Record<string, (options: never) => AnyTransformation>> = optimizers

const optimizer = (name: keyof typeof optimizerOptions): fc.Arbitrary<Make> => {
  const make = constructors[name]
  if (make === undefined) throw new TypeError(`there is no optimizer ${name}`)
  // the options of an optimizer are made by its name
  return (optimizerOptions[name] as fc.Arbitrary<unknown>).map((given) => () => make(given as never))
}

/** Every optimizer, with every option that has an arbitrary. */
export const optimizerRows: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  // its names are the keys
  ...Object.fromEntries(
    (Object.keys(optimizerOptions) as (keyof typeof optimizerOptions)[]).map((n) => [n, optimizer(n)]),
  ),
  lbfgs: fc.oneof(
    optimizer('lbfgs'),
    of(() => optimizers.lbfgs({ memorySize: 2 })),
  ),
}

const slowing = (count: number): number => 1 / (1 + count)

/** What has a rule for matrices only. */
const ofMatrices = masked({ mask: byPath((_, { shape }) => shape.length === 2) })

/** Every transformation of gradients. */
export const transformRows: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  adaptiveGradClip: of(
    () => transforms.adaptiveGradClip({ clipping: 0.1 }),
    () => transforms.adaptiveGradClip({ clipping: 0.01, eps: 0, axis: 0 }),
  ),
  addDecayedWeights: of(
    () => transforms.addDecayedWeights({ weightDecay: 0.1 }),
    () => transforms.addDecayedWeights({ weightDecay: slowing, mask: byPath((path) => path.length % 2 === 0) }),
    () => transforms.addDecayedWeights(),
  ),
  addNoise: of(() => transforms.addNoise({ eta: 0.1, gamma: 0.5, key: 7 })),
  applyEvery: of(
    () => transforms.applyEvery({ k: 2 }),
    () => transforms.applyEvery(),
  ),
  centralize: of(
    () => transforms.centralize(),
    () => transforms.centralize({ axis: -1 }),
  ),
  clip: of(
    () => transforms.clip({ maxDelta: 1 }),
    () => transforms.clip({ maxDelta: 0 }),
  ),
  clipByBlockRms: of(() => transforms.clipByBlockRms({ threshold: 1 })),
  clipByGlobalNorm: of(
    () => transforms.clipByGlobalNorm({ maxNorm: 1 }),
    () => transforms.clipByGlobalNorm({ maxNorm: 1e30 }),
  ),
  differentiallyPrivateAggregate: of(
    () => transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0.1, batchSize: 4, key: 7 }),
    () => transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0, batchSize: 4 }),
  ),
  ema: of(
    () => transforms.ema({ decay: 0.9 }),
    () => transforms.ema({ decay: 0, debias: false }),
  ),
  keepParamsIn: of(
    () => transforms.keepParamsIn((params) => projectionL2Ball(params, { scale: 2 })),
    () => transforms.keepParamsIn((params) => projectionBox(params, { lower: -1, upper: 1 })),
  ),
  grokfast: of(() => transforms.grokfast()),
  keepParamsNonnegative: of(() => transforms.keepParamsNonnegative()),
  normalize: of(() => transforms.normalize()),
  normalizeByUpdateNorm: of(() => transforms.normalizeByUpdateNorm()),
  reduceOnPlateau: of(
    () => transforms.reduceOnPlateau({ patience: 1, factor: 0.5, accumulationSize: 2, cooldown: 1 }),
    () => transforms.reduceOnPlateau(),
  ),
  scale: fc.constantFrom(-0.5, 0, 1, -1, 1e30).map((stepSize) => () => transforms.scale({ stepSize })),
  scaleByAcprop: of(() => transforms.scaleByAcprop({ epsRoot: 1e-4 })),
  scaleByAdadelta: of(() => transforms.scaleByAdadelta()),
  scaleByAdam: of(
    () => transforms.scaleByAdam(),
    () => transforms.scaleByAdam({ nesterov: true, epsRoot: 1e-3 }),
    () => transforms.scaleByAdam({ b1: 0, b2: 0, eps: 0 }),
  ),
  scaleByAdamax: of(() => transforms.scaleByAdamax()),
  scaleByAdan: of(
    () => transforms.scaleByAdan(),
    () => transforms.scaleByAdan({ lookAhead: 'authors' }),
  ),
  scaleByAdemamix: of(
    () => transforms.scaleByAdemamix({ alpha: slowing }),
    () => transforms.scaleByAdemamix({ b3: slowing, epsRoot: 1e-3 }),
  ),
  scaleByAdopt: of(
    () => transforms.scaleByAdopt(),
    () => transforms.scaleByAdopt({ nesterov: true, useClipping: false }),
  ),
  scaleByAmsgrad: of(
    () => transforms.scaleByAmsgrad(),
    () => transforms.scaleByAmsgrad({ biasCorrectionMu: false, biasCorrectionNu: false }),
  ),
  scaleByBacktrackingLinesearch: of(() =>
    transforms.scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 3, decreaseFactor: 0.5, increaseFactor: 2 }),
  ),
  scaleByBelief: of(() => transforms.scaleByBelief()),
  scaleByCocob: of(() => transforms.scaleByCocob({ alpha: 10 })),
  scaleByDistanceOverGradients: of(() => transforms.scaleByDistanceOverGradients()),
  scaleByDog: of(
    () => transforms.scaleByDog(),
    () => transforms.scaleByDog({ initStep: ['distance', 0.1] }),
    () => transforms.scaleByDog({ initStep: ['learningRate', 0.1] }),
  ),
  scaleByDowg: of(() => transforms.scaleByDowg({ initEstimSqDist: 0.1 })),
  scaleByFactoredRms: of(
    () => transforms.scaleByFactoredRms({ minDimSizeToFactor: 2 }),
    () => transforms.scaleByFactoredRms({ factored: false }),
  ),
  scaleByGalore: of(() => transforms.scaleByGalore({ rank: 2, updateProjGap: 2 })),
  scaleByLbfgs: of(
    () => transforms.scaleByLbfgs({ memorySize: 2 }),
    () => transforms.scaleByLbfgs({ memorySize: 1, scaleInitPrecond: false }),
  ),
  scaleByLearningRate: fc.oneof(
    of(() => transforms.scaleByLearningRate({ learningRate: 0.1, flipSign: false })),
    schedules.map((learningRate) => () => transforms.scaleByLearningRate({ learningRate })),
  ),
  scaleByLion: fc
    .constantFrom('hard' as const, 'smooth' as const, 'refined' as const)
    .map((mode) => () => transforms.scaleByLion({ mode })),
  scaleByMadgrad: of(() => transforms.scaleByMadgrad({ learningRate: slowing })),
  scaleByMuon: of(
    () => ofMatrices(transforms.scaleByMuon()),
    () => ofMatrices(transforms.scaleByMuon({ nesterov: false, preconditioning: 'schatten' })),
  ),
  scaleBySoap: of(() => transforms.scaleBySoap({ preconditionFrequency: 2 })),
  scaleByKron: of(
    () => transforms.scaleByKron(),
    () => transforms.scaleByKron({ memorySaveMode: 'oneDiag', preconditionerUpdateProbability: 0.5 }),
  ),
  scaleByShampoo: of(() => transforms.scaleByShampoo({ preconditionFrequency: 2, b2: 0.9 })),
  scaleByDion: of(() => ofMatrices(transforms.scaleByDion({ rank: 2 }))),
  scaleByDion2: of(() => ofMatrices(transforms.scaleByDion2({ fraction: 0.5, evened: true }))),
  scaleByAdamuon: of(() => ofMatrices(transforms.scaleByAdamuon())),
  scaleByAdamp: of(() => transforms.scaleByAdamp({ delta: 1, weightDecay: 0.1 })),
  scaleBySgdp: of(() => transforms.scaleBySgdp({ momentum: 0.9, delta: 1 })),
  scaleByAdamMini: of(() => transforms.scaleByAdamMini()),
  scaleByNormuon: of(() => ofMatrices(transforms.scaleByNormuon())),
  scaleByNovograd: of(() => transforms.scaleByNovograd({ weightDecay: 0.1 })),
  scaleByOptimisticGradient: of(() => transforms.scaleByOptimisticGradient({ alpha: slowing })),
  scaleByParamBlockNorm: of(() => transforms.scaleByParamBlockNorm()),
  scaleByParamBlockRms: of(() => transforms.scaleByParamBlockRms()),
  scaleByPolyak: of(
    () => transforms.scaleByPolyak(),
    () => transforms.scaleByPolyak({ variant: 'sps+', eps: 1e-3 }),
  ),
  scaleByRadam: of(() => transforms.scaleByRadam({ threshold: 1, nesterov: true })),
  scaleByRms: of(
    () => transforms.scaleByRms(),
    () => transforms.scaleByRms({ initialScale: 1, biasCorrection: true }),
  ),
  scaleByRprop: of(
    () => transforms.scaleByRprop({ learningRate: 0.1 }),
    () => transforms.scaleByRprop({ learningRate: 0.1, lag: false }),
  ),
  scaleByRss: of(() => transforms.scaleByRss()),
  scaleBySchedule: schedules.map((stepSizeFn) => () => transforms.scaleBySchedule({ stepSizeFn })),
  scaleBySign: of(() => transforms.scaleBySign()),
  scaleBySm3: of(
    () => transforms.scaleBySm3(),
    () => transforms.scaleBySm3({ b2: 0.9 }),
  ),
  scaleBySimplifiedAdemamix: of(() => transforms.scaleBySimplifiedAdemamix({ alpha: 2 })),
  scaleBySophia: of(() => transforms.scaleBySophia({ updateInterval: 2 })),
  scaleByStddev: of(() => transforms.scaleByStddev({ eps: 1e-2 })),
  scaleByTrustRatio: of(
    () => transforms.scaleByTrustRatio(),
    () => transforms.scaleByTrustRatio({ minNorm: 0.1, eps: 1e-3 }),
  ),
  scaleByAdabound: of(() => transforms.scaleByAdabound({ learningRate: slowing })),
  scaleByLaprop: of(() => transforms.scaleByLaprop()),
  scaleByMars: of(() => transforms.scaleByMars({ gamma: 0.5 })),
  scaleByStableAdamw: of(() => transforms.scaleByStableAdamw({ weightDecay: slowing })),
  scaleByYogi: of(() => transforms.scaleByYogi()),
  scaleByZoomLinesearch: of(() => transforms.scaleByZoomLinesearch({ maxLinesearchSteps: 3 })),
  setToZero: of(() => transforms.setToZero()),
  stateless: of(() => transforms.stateless({ f: (updates) => updates })),
  statelessWithTreeMap: of(
    () => transforms.statelessWithTreeMap({ f: (g, p) => tf.add(g, tf.mul(p, 0.1)) }),
    () => transforms.statelessWithTreeMap({ f: (g) => g }),
  ),
  trace: of(
    () => transforms.trace({ decay: 0.9 }),
    () => transforms.trace({ decay: 1, nesterov: true }),
    () => transforms.trace({ decay: 0 }),
  ),
  zeroNans: of(() => transforms.zeroNans()),
}

/** The combinators that have nothing inside. */
export const combinatorLeafRows: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  freeze: of(() => freeze({ mask: byPath((_, { shape }) => shape.length === 1) })),
  injectHyperparams: of(
    () => injectHyperparams(optimizers.adam)({ learningRate: slowing, b1: 0.8 }),
    () => injectHyperparams(optimizers.sgd)({ learningRate: 0.1, momentum: 0.9 }),
    () => injectHyperparams(transforms.trace)({ decay: 0.5 }),
  ),
  monitor: of(() => monitor({ norm: treeNorm, smooth: measureWithEma({ measure: treeNorm, decay: 0.5 }) })),
  scheduleFreeAdamw: of(() => scheduleFreeAdamw({ learningRate: 0.1, weightDecay: 0.01 })),
  scheduleFreeRadam: of(() => scheduleFreeRadam({ learningRate: 0.1, b2: 0.9 })),
  scheduleFreeSgd: of(() => scheduleFreeSgd({ learningRate: 0.1, warmupSteps: 2 })),
  snapshot: of(() => snapshot({ measureName: 'norm', measure: treeNorm })),
}
