import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { someLaws } from '../../laws/checks/someLaws.js'
import { dyadic } from '../../laws/arbitraries/numbers.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { equivariant } from '../../laws/transformation/unitLaws.js'
import { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from '../../laws/transformation/optionalLaws.js'
import type { TransformationOptions } from '../../laws/transformation/Subject.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { chain } from '../combinators/chain.js'
import { describe, described } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { treeOnesLike } from '../tensors/treeOnesLike.js'
import { treeVdot } from '../tensors/treeVdot.js'
import { projectionL2Ball } from '../projections/projectionL2Ball.js'
import * as transforms from './index.js'

interface Row extends TransformationOptions {
  readonly of: () => AnyTransformation
  readonly except?: Readonly<Record<string, string>>
}

/** Half of the sum of squares, whose gradient is the parameters themselves: exact for dyadic values, so that a search
 *  decides alike everywhere. */
const bowl = (params: Tree): tf.Scalar => tf.tidy(() => tf.mul(0.5, treeVdot(params, params)))
const searching = {
  couples: true,
  cases: trainings({ values: dyadic.map((x) => x / 16), maxSteps: 2 }),
  extra: (_: Tree, params: Tree) => ({
    value: tf.tidy(() => bowl(params).dataSync()[0] ?? Number.NaN),
    grad: params,
    valueFn: bowl,
  }),
}

const one = (of: () => AnyTransformation, options: Omit<Row, 'of'> = {}): Row => ({ of, ...options })
const whole = { couples: true }
const ball: transforms.Projection = (params) => projectionL2Ball(params, { scale: 2 })
const matrices = {
  cases: trainings({
    shapes: [
      [2, 2],
      [1, 3],
      [3, 2],
    ],
  }),
}

/** Why a law of names does not hold. */
const drawnByPath = 'what is drawn for a leaf depends on its path'

/** Every transformation of the barrel by its name, with options that matter. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  adaptiveGradClip: [one(() => transforms.adaptiveGradClip({ clipping: 0.1 }))],
  addDecayedWeights: [one(() => transforms.addDecayedWeights({ weightDecay: 0.1 }))],
  addNoise: [
    one(() => transforms.addNoise({ eta: 0.1, gamma: 0.5, key: 7 }), {
      ...whole,
      guests: false,
      except: { names: 'the noise of a leaf is drawn by its place in the tree' },
    }),
  ],
  applyEvery: [one(() => transforms.applyEvery({ k: 2 }))],
  centralize: [one(() => transforms.centralize())],
  clip: [one(() => transforms.clip({ maxDelta: 1 }))],
  clipByBlockRms: [one(() => transforms.clipByBlockRms({ threshold: 1 }))],
  clipByGlobalNorm: [one(() => transforms.clipByGlobalNorm({ maxNorm: 1 }), whole)],
  differentiallyPrivateAggregate: [
    one(() => transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0, batchSize: 4 })),
    one(() => transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 1, batchSize: 4, key: 7 }), {
      ...whole,
      guests: false,
      except: { names: 'the noise of a leaf is drawn by its place in the tree' },
    }),
  ],
  ema: [one(() => transforms.ema({ decay: 0.9 })), one(() => transforms.ema({ decay: 0.9, debias: false }))],
  keepParamsIn: [one(() => transforms.keepParamsIn(ball), whole)],
  grokfast: [one(() => transforms.grokfast({ alpha: 0.5 }))],
  keepParamsNonnegative: [one(() => transforms.keepParamsNonnegative())],
  normalize: [one(() => transforms.normalize(), whole)],
  normalizeByUpdateNorm: [one(() => transforms.normalizeByUpdateNorm(), whole)],
  reduceOnPlateau: [one(() => transforms.reduceOnPlateau({ patience: 1, factor: 0.5 }), { extra: { value: 2 } })],
  scale: [one(() => transforms.scale({ stepSize: -0.5 }))],
  scaleByAcprop: [one(() => transforms.scaleByAcprop({ eps: 1e-2, epsRoot: 1e-4 }))],
  scaleByAdadelta: [one(() => transforms.scaleByAdadelta())],
  scaleByAdam: [
    one(() => transforms.scaleByAdam()),
    one(() => transforms.scaleByAdam({ nesterov: true, epsRoot: 1e-3 })),
    one(() => transforms.scaleByAdam({ count: 'leaf' })),
  ],
  scaleByAdamax: [one(() => transforms.scaleByAdamax()), one(() => transforms.scaleByAdamax({ count: 'leaf' }))],
  scaleByAdan: [one(() => transforms.scaleByAdan())],
  scaleByAdemamix: [one(() => transforms.scaleByAdemamix({ b3: 0.99 }))],
  scaleByAdopt: [
    one(() => transforms.scaleByAdopt()),
    one(() => transforms.scaleByAdopt({ nesterov: true, useClipping: false, eps: 1e-2 })),
  ],
  scaleByAmsgrad: [one(() => transforms.scaleByAmsgrad()), one(() => transforms.scaleByAmsgrad({ count: 'leaf' }))],
  scaleByBacktrackingLinesearch: [
    one(
      () =>
        transforms.scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 6, decreaseFactor: 0.5, increaseFactor: 2 }),
      searching,
    ),
  ],
  scaleByBelief: [one(() => transforms.scaleByBelief()), one(() => transforms.scaleByBelief({ count: 'leaf' }))],
  scaleByCocob: [one(() => transforms.scaleByCocob())],
  scaleByDistanceOverGradients: [one(() => transforms.scaleByDistanceOverGradients())],
  scaleByDog: [
    one(() => transforms.scaleByDog({ initStep: ['heuristic', 1e-2] }), whole),
    one(() => transforms.scaleByDog({ initStep: ['learningRate', 0.1] }), whole),
  ],
  scaleByDowg: [one(() => transforms.scaleByDowg(), whole)],
  scaleByFactoredRms: [one(() => transforms.scaleByFactoredRms({ minDimSizeToFactor: 2 }))],
  scaleByGalore: [one(() => transforms.scaleByGalore({ rank: 1, updateProjGap: 2 }))],
  scaleByLbfgs: [one(() => transforms.scaleByLbfgs({ memorySize: 2 }), whole)],
  scaleByLearningRate: [one(() => transforms.scaleByLearningRate({ learningRate: (t) => 1 / (1 + t) }))],
  scaleByLion: [one(() => transforms.scaleByLion())],
  scaleByMadgrad: [one(() => transforms.scaleByMadgrad({ learningRate: 0.1 }))],
  scaleByMuon: [
    one(() => transforms.scaleByMuon(), matrices),
    one(() => transforms.scaleByMuon({ adaptive: true, preconditioning: 'aol', scaling: 'original' }), matrices),
  ],
  scaleBySoap: [one(() => transforms.scaleBySoap({ preconditionFrequency: 1 }))],
  scaleByKron: [
    one(() => transforms.scaleByKron({ key: 7 }), { ...whole, guests: false, except: { names: drawnByPath } }),
  ],
  scaleByShampoo: [one(() => transforms.scaleByShampoo({ preconditionFrequency: 1, eps: 1e-3 }))],
  scaleByDion: [
    one(() => transforms.scaleByDion({ rank: 1, key: 7 }), {
      ...whole,
      ...matrices,
      guests: false,
      except: { names: drawnByPath },
    }),
  ],
  scaleByDion2: [one(() => transforms.scaleByDion2({ nsCoeffs: 'standard', fraction: 0.5 }), matrices)],
  scaleByAdamuon: [one(() => transforms.scaleByAdamuon(), matrices)],
  scaleByAdamp: [one(() => transforms.scaleByAdamp({ delta: 1, weightDecay: 0.1 }))],
  scaleBySgdp: [one(() => transforms.scaleBySgdp({ momentum: 0.9, delta: 1 }))],
  scaleByAdamMini: [one(() => transforms.scaleByAdamMini())],
  scaleByNormuon: [one(() => transforms.scaleByNormuon({ nsCoeffs: 'standard', nesterov: true }), matrices)],
  scaleByNovograd: [one(() => transforms.scaleByNovograd())],
  scaleByOptimisticGradient: [one(() => transforms.scaleByOptimisticGradient())],
  scaleByParamBlockNorm: [one(() => transforms.scaleByParamBlockNorm())],
  scaleByParamBlockRms: [one(() => transforms.scaleByParamBlockRms())],
  scaleByPolyak: [one(() => transforms.scaleByPolyak(), { ...whole, extra: { value: 2 } })],
  scaleByRadam: [one(() => transforms.scaleByRadam())],
  scaleByRms: [one(() => transforms.scaleByRms())],
  scaleByRprop: [one(() => transforms.scaleByRprop({ learningRate: 0.1 }))],
  scaleByRss: [one(() => transforms.scaleByRss())],
  scaleBySchedule: [one(() => transforms.scaleBySchedule({ stepSizeFn: (t) => 1 / (1 + t) }))],
  scaleBySign: [one(() => transforms.scaleBySign())],
  scaleBySimplifiedAdemamix: [one(() => transforms.scaleBySimplifiedAdemamix({ alpha: 2 }))],
  scaleBySm3: [one(() => transforms.scaleBySm3())],
  scaleBySophia: [
    one(() => transforms.scaleBySophia({ updateInterval: 2 }), {
      extra: { curvature: (params: Tree) => treeOnesLike(params) },
    }),
  ],
  scaleByStddev: [one(() => transforms.scaleByStddev({ eps: 1e-2 }))],
  scaleByTrustRatio: [one(() => transforms.scaleByTrustRatio())],
  scaleByAdabound: [one(() => transforms.scaleByAdabound({ learningRate: 0.1 }))],
  scaleByLaprop: [one(() => transforms.scaleByLaprop({ eps: 1e-8 }))],
  scaleByMars: [one(() => transforms.scaleByMars())],
  scaleByStableAdamw: [one(() => transforms.scaleByStableAdamw({ weightDecay: 0.1 }))],
  scaleByYogi: [one(() => transforms.scaleByYogi()), one(() => transforms.scaleByYogi({ count: 'leaf' }))],
  scaleByZoomLinesearch: [one(() => transforms.scaleByZoomLinesearch({ maxLinesearchSteps: 6 }), searching)],
  setToZero: [one(() => transforms.setToZero())],
  stateless: [one(() => transforms.stateless({ f: (updates) => updates }))],
  statelessWithTreeMap: [
    one(() => transforms.statelessWithTreeMap({ f: (g, p) => tf.tidy(() => tf.add(g, tf.mul(p, 0.1))) })),
  ],
  trace: [one(() => transforms.trace({ decay: 0.9 })), one(() => transforms.trace({ decay: 0.9, nesterov: true }))],
  zeroNans: [one(() => transforms.zeroNans())],
}

/** What the barrel has besides: functions of gradients. */
const others = [
  'gaussNewtonBartlett',
  'hutchinsonDiagHessian',
  'perExampleGlobalNormClip',
  'perExampleLayerNormClip',
  'unitwiseClip',
  'unitwiseNorm',
]

test('every transformation has a row', () => {
  expect([...Object.keys(rows), ...others].toSorted()).toEqual(Object.keys(transforms).toSorted())
})

test('each is described by the name of its constructor', () => {
  for (const [name, all] of Object.entries(rows)) for (const { of } of all) expect(describe(of()).name).toBe(name)
})

test.runIf(backendName === 'cpu')('each tells its options, defaults too', () => {
  expect(
    Object.values(rows)
      .flat()
      .map(({ of }) => described(describe(of())))
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "adaptiveGradClip({ clipping: 0.1, eps: 0.001 })
    addDecayedWeights({ weightDecay: 0.1 })
    addNoise({ eta: 0.1, gamma: 0.5, key: 7 })
    applyEvery({ k: 2 })
    centralize({ axis: 0 })
    clip({ maxDelta: 1 })
    clipByBlockRms({ threshold: 1 })
    clipByGlobalNorm({ maxNorm: 1 })
    differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0, batchSize: 4, key: 0 })
    differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 1, batchSize: 4, key: 7 })
    ema({ decay: 0.9, debias: true })
    ema({ decay: 0.9, debias: false })
    keepParamsIn({ projection: ball })
    grokfast({ alpha: 0.5, lamb: 2 })
    keepParamsNonnegative()
    normalize()
    normalizeByUpdateNorm({ scaleFactor: 1, eps: 0.000001 })
    reduceOnPlateau({ factor: 0.5, patience: 1, rtol: 0.0001, atol: 0, cooldown: 0, accumulationSize: 1, minScale: 0 })
    scale({ stepSize: -0.5 })
    scaleByAcprop({ b1: 0.9, b2: 0.999, eps: 0.01, epsRoot: 0.0001 })
    scaleByAdadelta({ rho: 0.9, eps: 0.000001 })
    scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' })
    scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0.001, nesterov: true, count: 'step' })
    scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'leaf' })
    scaleByAdamax({ b1: 0.9, b2: 0.999, eps: 1e-8, count: 'step' })
    scaleByAdamax({ b1: 0.9, b2: 0.999, eps: 1e-8, count: 'leaf' })
    scaleByAdan({ b1: 0.98, b2: 0.92, b3: 0.99, eps: 1e-8, epsRoot: 0, lookAhead: 'optax' })
    scaleByAdemamix({ b1: 0.9, b2: 0.999, b3: 0.99, alpha: 6, eps: 1e-8, epsRoot: 0 })
    scaleByAdopt({ b1: 0.9, b2: 0.9999, eps: 0.000001, nesterov: false, useClipping: true, clipValueFn: { $function: '' } })
    scaleByAdopt({ b1: 0.9, b2: 0.9999, eps: 0.01, nesterov: true, useClipping: false, clipValueFn: { $function: '' } })
    scaleByAmsgrad({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, biasCorrectionMu: true, biasCorrectionNu: true, count: 'step' })
    scaleByAmsgrad({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, biasCorrectionMu: true, biasCorrectionNu: true, count: 'leaf' })
    scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 6, slopeRtol: 0.0001, decreaseFactor: 0.5, increaseFactor: 2, maxLearningRate: 1, atol: 0, rtol: 0 })
    scaleByBelief({ b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16, nesterov: false, count: 'step' })
    scaleByBelief({ b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16, nesterov: false, count: 'leaf' })
    scaleByCocob({ alpha: 100, eps: 1e-8 })
    scaleByDistanceOverGradients({ repsRel: 0.000001, eps: 1e-8, globalScale: 1 })
    scaleByDog({ initStep: ['heuristic', 0.01], eps: 1e-8 })
    scaleByDog({ initStep: ['learningRate', 0.1], eps: 1e-8 })
    scaleByDowg({ initEstimSqDist: 0.0001, eps: 0.0001 })
    scaleByFactoredRms({ factored: true, decayRate: 0.8, stepOffset: 0, minDimSizeToFactor: 2, epsilon: 1e-30, decayRateFn: { $function: '' } })
    scaleByGalore({ rank: 1, updateProjGap: 2, scale: 1, baseOptimizer: 'scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' })' })
    scaleByLbfgs({ memorySize: 2, scaleInitPrecond: true, curvature: 'checked' })
    scaleByLearningRate({ learningRate: { $function: 'learningRate' }, flipSign: true })
    scaleByLion({ b1: 0.9, b2: 0.99, mode: 'hard', smoothBeta: 1 })
    scaleByMadgrad({ learningRate: 0.1, momentum: 0.9, eps: 0.000001 })
    scaleByMuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: true, debias: true, adaptive: false, preconditioning: 'frobenius', scaling: 'none' })
    scaleByMuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: true, debias: true, adaptive: true, preconditioning: 'aol', scaling: 'original' })
    scaleBySoap({ b1: 0.95, b2: 0.95, eps: 1e-8, preconditionFrequency: 1, maxPrecondDim: 1024, normalizeGrads: false, correctBias: true })
    scaleByKron({ momentum: 0.9, preconditionerUpdateProbability: { $function: 'annealed' }, precondLr: 0.1, maxSizeTriangular: 1024, memorySaveMode: 'none', key: 7 })
    scaleByShampoo({ b1: 0.9, b2: 1, eps: 0.001, graftingB2: 0.999, graftingEps: 1e-8, preconditionFrequency: 1, maxPreconditionerDim: 1024 })
    scaleByDion({ rank: 1, mu: 0.95, eps: 1e-8, key: 7, scaling: 'none' })
    scaleByDion2({ fraction: 0.5, efDecay: 0.95, evened: false, beta2: 0.95, nsCoeffs: 'standard', nsSteps: 5, eps: 1e-8, scaling: 'none' })
    scaleByAdamuon({ nsCoeffs: 'dion', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-7, nesterov: false, scaling: 'moonlight' })
    scaleByAdamp({ delta: 1, wdRatio: 0.1, weightDecay: 0.1, nesterov: false, b1: 0.9, b2: 0.999, eps: 1e-8 })
    scaleBySgdp({ delta: 1, wdRatio: 0.1, weightDecay: 0, nesterov: false, momentum: 0.9, eps: 1e-8 })
    scaleByAdamMini({ b1: 0.9, b2: 0.999, eps: 1e-8 })
    scaleByNormuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-8, nesterov: true, scaling: 'none' })
    scaleByNovograd({ b1: 0.9, b2: 0.25, eps: 1e-8, epsRoot: 0, weightDecay: 0 })
    scaleByOptimisticGradient({ alpha: 1, beta: 1 })
    scaleByParamBlockNorm({ minScale: 0.001 })
    scaleByParamBlockRms({ minScale: 0.001 })
    scaleByPolyak({ fMin: 0, maxLearningRate: 1, eps: 0, variant: 'sps' })
    scaleByRadam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, threshold: 5, nesterov: false })
    scaleByRms({ decay: 0.9, eps: 1e-8, initialScale: 0, epsInSqrt: true, biasCorrection: false })
    scaleByRprop({ learningRate: 0.1, etaMinus: 0.5, etaPlus: 1.2, minStepSize: 0.000001, maxStepSize: 50, lag: true })
    scaleByRss({ initialAccumulatorValue: 0.1, eps: 1e-7 })
    scaleBySchedule({ stepSizeFn: { $function: 'stepSizeFn' } })
    scaleBySign()
    scaleBySimplifiedAdemamix({ b1: 0.99, b2: 0.95, alpha: 2, eps: 1e-8, epsRoot: 0 })
    scaleBySm3({ b1: 0.9, b2: 1, eps: 1e-8 })
    scaleBySophia({ b1: 0.965, b2: 0.99, eps: 1e-8, gamma: 0.01, clipThreshold: 1, updateInterval: 2 })
    scaleByStddev({ decay: 0.9, eps: 0.01, initialScale: 0, epsInSqrt: true, biasCorrection: false })
    scaleByTrustRatio({ minNorm: 0, trustCoefficient: 1, eps: 0 })
    scaleByAdabound({ learningRate: 0.1, finalLr: 0.1, gamma: 0.001, b1: 0.9, b2: 0.999, eps: 1e-8 })
    scaleByLaprop({ b1: 0.9, b2: 0.999, eps: 1e-8 })
    scaleByMars({ gamma: 0.025, b1: 0.95 })
    scaleByStableAdamw({ b1: 0.9, b2: 0.99, eps: 0.000001, weightDecay: 0.1 })
    scaleByYogi({ b1: 0.9, b2: 0.999, eps: 0.001, epsRoot: 0, initialAccumulatorValue: 0.000001, count: 'step' })
    scaleByYogi({ b1: 0.9, b2: 0.999, eps: 0.001, epsRoot: 0, initialAccumulatorValue: 0.000001, count: 'leaf' })
    scaleByZoomLinesearch({ maxLinesearchSteps: 6, tol: 0, increaseFactor: 2, slopeRtol: 0.0001, curvRtol: 0.9, approxDecRtol: 0.000001, stepsizePrecision: 0.00001, initialGuessStrategy: 'keep' })
    setToZero()
    stateless()
    statelessWithTreeMap()
    trace({ decay: 0.9, nesterov: false })
    trace({ decay: 0.9, nesterov: true })
    zeroNans()"
  `)
})

test('each refuses, under its own name, an option that it does not have', () => {
  // called with what they must refuse
  const constructors: Readonly<Record<string, (options: object) => unknown>> = transforms as never
  const without = ['setToZero', 'scaleBySign', 'zeroNans', 'keepParamsNonnegative', 'normalize']
  for (const name of Object.keys(rows).filter((one) => !without.includes(one)))
    expect(() => constructors[name]?.({ nonsense: 1 }), name).toThrow(new RegExp(`^${name}: .*nonsense`, 's'))
})

const runs = { numRuns: backendName === 'webgl' ? 1 : casesOf(10) }

for (const [i, { of, except = {}, ...options }] of Object.values(rows).flat().entries()) {
  const [suite, excepted] = someLaws(transformationLaws(of, options), i, except)
  describeLaws(suite, { ...runs, except: excepted })
}

const more = { numRuns: backendName === 'webgl' ? 1 : casesOf(20) }

for (const tx of [
  transforms.scale({ stepSize: -2 }),
  transforms.trace({ decay: 0.5 }),
  transforms.centralize(),
  transforms.ema({ decay: 0.75 }),
  transforms.applyEvery({ k: 2 }),
])
  describeLaws(linear(tx), more)
for (const tx of [
  transforms.trace({ decay: 0.9, nesterov: true }),
  transforms.scaleByOptimisticGradient(),
  transforms.zeroNans(),
])
  describeLaws(homogeneous(1)(tx), more)
for (const make of [
  (unit: number) => transforms.clip({ maxDelta: unit }),
  (unit: number) => transforms.clipByGlobalNorm({ maxNorm: unit }),
  (unit: number) => transforms.clipByBlockRms({ threshold: unit }),
  (unit: number) => transforms.adaptiveGradClip({ clipping: 0.1, eps: 1e-3 * unit }),
  (unit: number) => transforms.normalizeByUpdateNorm({ scaleFactor: unit, eps: 1e-6 * unit }),
  (unit: number) => chain(transforms.normalize(), transforms.scale({ stepSize: unit })),
  (unit: number) => transforms.scaleByTrustRatio({ minNorm: 1e-3 * unit, trustCoefficient: 0.5, eps: 1e-3 * unit }),
  () => transforms.scaleByTrustRatio(),
  () => transforms.trace({ decay: 0.9 }),
  () => transforms.addDecayedWeights({ weightDecay: 0.1 }),
])
  describeLaws(equivariant(make), more)
for (const tx of [
  transforms.scaleBySign(),
  transforms.scaleByLion(),
  transforms.normalize(),
  transforms.normalizeByUpdateNorm({ eps: 0 }),
])
  describeLaws(homogeneous(0)(tx), more)
for (const tx of [
  transforms.scaleBySign(),
  transforms.clip({ maxDelta: 1 }),
  transforms.scaleByAdam(),
  transforms.scaleByRms(),
  transforms.scaleByTrustRatio(),
])
  describeLaws(odd(tx), more)
for (const tx of [
  transforms.scaleBySign(),
  transforms.clip({ maxDelta: 1 }),
  transforms.clipByGlobalNorm({ maxNorm: 1 }),
  transforms.clipByBlockRms({ threshold: 1 }),
  transforms.centralize(),
  transforms.zeroNans(),
  transforms.setToZero(),
])
  describeLaws(idempotent(tx), more)
for (const tx of [
  transforms.clip({ maxDelta: 1 }),
  transforms.clipByGlobalNorm({ maxNorm: 1 }),
  transforms.clipByBlockRms({ threshold: 1 }),
  transforms.centralize(),
])
  describeLaws(nonExpansive(tx), more)
for (const tx of [transforms.scaleBySign(), transforms.scaleByLion(), transforms.clip({ maxDelta: 1 })])
  describeLaws(bounded(1)(tx), more)
