import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { within } from '../../laws/Agreement.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { whole } from '../../laws/checks/part.js'
import { mapNumbers, type Numbers } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { followsWholeRule, type WholeRule } from '../../laws/transformation/followsWholeRule.js'
import { sameTraining } from '../../laws/transformation/sameTraining.js'
import { describeLaws } from '../../laws/vitest.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { hide } from '../combinators/transformations.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { describe } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import * as transforms from '../transforms/index.js'
import type { Tree } from '../tree/Tree.js'
import * as optimizers from './index.js'

// What each optimizer is short for, written out; and, for those that are one rule, the rule from its paper.

const later = (t: number): number => 1 / (2 + t)
const learningRate = later
const weightDecay = (t: number): number => 0.25 / (1 + t)
/** Some leaves by their shape, so that the mask leaves out some, too. */
const mask = byPath((_, { shape }) => shape.length > 0)

const rated = (rate: number | ((t: number) => number) = learningRate) =>
  transforms.scaleByLearningRate({ learningRate: rate })
const decayed = masked({ mask })(transforms.addDecayedWeights({ weightDecay }))
const decaying = { learningRate, weightDecay, mask }

const moments = { b1: 0.5, b2: 0.75, eps: 0.25, epsRoot: 0.5 }
const three = { b1: 0.5, b2: 0.75, eps: 0.25 }

/** The decay that comes last: of what the parameters have become, from the second step on. */
const afterwards = (some: boolean) => {
  const decay = equation({
    name: 'afterwards',
    host: counting,
    scalars: ({ count }) => ({ w: count === 0 ? 0 : later(count) * weightDecay(count) }),
  })((A) => ({ update, param }, { w }) => ({ update: A.sub(update, A.mul(w, A.add(param, update))) }))
  return hide(some ? masked({ mask })(decay) : decay)
}
const nearly = within(1e-5)

/** Two groups of leaves by the number of their axes. */
const byRank =
  (first: AnyTransformation, chosen: (rank: number) => boolean, second: AnyTransformation) => (): AnyTransformation =>
    chain(
      hide(masked({ mask: byPath((_, { shape }) => chosen(shape.length)) })(hide(first as never))),
      hide(masked({ mask: byPath((_, { shape }) => !chosen(shape.length)) })(hide(second as never))), // whatever its state
    )

const matrices = trainings({ maxSteps: 3, shapes: [[2, 3], [3, 2], [3], [], [2, 2, 2]] })
/** Each leaf one matrix: of two axes and one. */
const cubes = { w: { reductionAxis: [0, 1], outputAxis: 2 } }
const plainOptions = { nsCoeffs: 'standard', nsSteps: 3, beta: 0.5, eps: 1e-3, nesterov: false } as const
const beside = (rate: number | ((t: number) => number)) =>
  optimizers.adamw({ learningRate: rate, b1: 0.5, b2: 0.75, weightDecay: 0 })
const besides = { adamB1: 0.5, adamB2: 0.75 }

type Row = readonly [make: () => AnyTransformation, spelled: () => AnyTransformation, options?: object]

/** Each recipe with options that are not the usual ones, and what it is short for. */
const recipes: Readonly<Record<string, readonly Row[]>> = {
  acprop: [
    [
      () => optimizers.acprop({ ...moments, ...decaying }),
      () => chain(transforms.scaleByAcprop(moments), decayed, rated()),
    ],
  ],
  adabelief: [
    [
      () => optimizers.adabelief({ ...moments, learningRate, nesterov: true }),
      () => chain(transforms.scaleByBelief({ ...moments, nesterov: true }), rated()),
    ],
  ],
  adabound: [
    [
      () => optimizers.adabound({ learningRate, finalLr: 0.5, gamma: 0.5, ...three }),
      () =>
        chain(
          transforms.scaleByAdabound({ learningRate, finalLr: 0.5, gamma: 0.5, ...three }),
          transforms.scale({ stepSize: -1 }),
        ),
    ],
  ],
  adadelta: [
    [
      () => optimizers.adadelta({ learningRate, rho: 0.5, eps: 0.25, weightDecay, weightDecayMask: mask }),
      () => chain(decayed, transforms.scaleByAdadelta({ rho: 0.5, eps: 0.25 }), rated()),
    ],
    // without a rate it goes uphill, as optax' does
    [() => optimizers.adadelta({ rho: 0.5 }), () => transforms.scaleByAdadelta({ rho: 0.5 })],
  ],
  adafactor: [
    [
      () =>
        optimizers.adafactor({
          learningRate,
          minDimSizeToFactor: 2,
          decayRate: 0.5,
          decayOffset: -1,
          clippingThreshold: 0.5,
          momentum: 0.5,
          weightDecayRate: weightDecay,
          weightDecayMask: mask,
          eps: 0.25,
        }),
      () =>
        chain(
          transforms.scaleByFactoredRms({ minDimSizeToFactor: 2, decayRate: 0.5, stepOffset: -1, epsilon: 0.25 }),
          transforms.clipByBlockRms({ threshold: 0.5 }),
          transforms.scaleByLearningRate({ learningRate, flipSign: false }),
          transforms.scaleByParamBlockRms(),
          transforms.ema({ decay: 0.5, debias: false }),
          decayed,
          transforms.scale({ stepSize: -1 }),
        ),
      { cases: matrices },
    ],
    [
      () =>
        optimizers.adafactor({
          learningRate,
          factored: false,
          clippingThreshold: 'none',
          multiplyByParameterScale: false,
        }),
      () => chain(transforms.scaleByFactoredRms({ factored: false }), rated()),
      { cases: matrices },
    ],
  ],
  adagrad: [
    [
      () => optimizers.adagrad({ learningRate, initialAccumulatorValue: 0.5, eps: 0.25 }),
      () => chain(transforms.scaleByRss({ initialAccumulatorValue: 0.5, eps: 0.25 }), rated()),
    ],
  ],
  adam: [
    [
      () => optimizers.adam({ ...moments, learningRate, nesterov: true, count: 'leaf' }),
      () => chain(transforms.scaleByAdam({ ...moments, nesterov: true, count: 'leaf' }), rated()),
    ],
  ],
  adamMini: [
    [
      () => optimizers.adamMini({ ...three, ...decaying, blocks: (params) => all(params, 'leaf') as never }), // a choice for each
      () =>
        chain(
          transforms.scaleByAdamMini({ ...three, blocks: (params) => all(params, 'leaf') as never }), // as above
          decayed,
          rated(),
        ),
      { guests: false },
    ],
    [
      () => optimizers.adamMini({ ...three, learningRate }),
      () => chain(transforms.scaleByAdamMini(three), rated()),
      { cases: matrices },
    ],
  ],
  adamax: [
    [() => optimizers.adamax({ ...three, learningRate }), () => chain(transforms.scaleByAdamax(three), rated())],
  ],
  adamaxw: [
    [
      () => optimizers.adamaxw({ ...three, ...decaying }),
      () => chain(transforms.scaleByAdamax(three), decayed, rated()),
    ],
  ],
  adamp: [
    [
      () => optimizers.adamp({ ...three, learningRate, delta: 0.5, wdRatio: 0.5, weightDecay, nesterov: true }),
      () =>
        chain(transforms.scaleByAdamp({ ...three, delta: 0.5, wdRatio: 0.5, weightDecay, nesterov: true }), rated()),
      { cases: matrices },
    ],
  ],
  adamuon: [
    [
      () => optimizers.adamuon({ ...plainOptions, ...decaying, ...besides, beta2: 0.5, adamLearningRate: 0.5 }),
      byRank(
        chain(transforms.scaleByAdamuon({ ...plainOptions, beta2: 0.5 }), decayed, rated()),
        (rank) => rank === 2,
        beside(0.5),
      ),
      { cases: matrices },
    ],
  ],
  adamw: [
    [
      () => optimizers.adamw({ ...moments, ...decaying, nesterov: true }),
      () => chain(transforms.scaleByAdam({ ...moments, nesterov: true }), decayed, rated()),
    ],
    [
      () => optimizers.adamw({ learningRate, weightDecay: 0.5 }),
      () => chain(transforms.scaleByAdam(), transforms.addDecayedWeights({ weightDecay: 0.5 }), rated()),
    ],
  ],
  adan: [
    [
      () => optimizers.adan({ ...moments, b3: 0.5, ...decaying, lookAhead: 'authors' }),
      () => chain(transforms.scaleByAdan({ ...moments, b3: 0.5, lookAhead: 'authors' }), decayed, rated()),
    ],
  ],
  ademamix: [
    [
      () => optimizers.ademamix({ ...moments, b3: 0.5, alpha: 2, ...decaying }),
      () => chain(transforms.scaleByAdemamix({ ...moments, b3: 0.5, alpha: 2 }), decayed, rated()),
    ],
  ],
  adopt: [
    [
      () => optimizers.adopt({ ...three, learningRate, nesterov: true, useClipping: false }),
      () => chain(transforms.scaleByAdopt({ ...three, nesterov: true, useClipping: false }), rated()),
    ],
  ],
  amsgrad: [
    [() => optimizers.amsgrad({ ...moments, learningRate }), () => chain(transforms.scaleByAmsgrad(moments), rated())],
  ],
  cocob: [
    [
      () => optimizers.cocob({ learningRate: 0.5, alpha: 3, eps: 0.25, weightDecay: 0.25, mask }),
      () =>
        chain(
          masked({ mask })(transforms.addDecayedWeights({ weightDecay: 0.25 })),
          transforms.scale({ stepSize: 0.5 }),
          transforms.scaleByCocob({ alpha: 3, eps: 0.25 }),
        ),
    ],
  ],
  dion: [
    [
      () => optimizers.dion({ ...decaying, ...besides, rank: 1, mu: 0.5, key: 3, adamLearningRate: 0.5 }),
      byRank(
        chain(transforms.scaleByDion({ rank: 1, mu: 0.5, key: 3, scaling: 'spectral' }), decayed, rated()),
        (rank) => rank === 2,
        beside(0.5),
      ),
      { cases: matrices },
    ],
  ],
  dion2: [
    [
      () =>
        optimizers.dion2({ ...decaying, ...besides, nsCoeffs: 'standard', fraction: 0.5, efDecay: 0.5, evened: true }),
      byRank(
        chain(
          transforms.scaleByDion2({
            nsCoeffs: 'standard',
            fraction: 0.5,
            efDecay: 0.5,
            evened: true,
            scaling: 'spectral',
          }),
          decayed,
          rated(),
        ),
        (rank) => rank === 2,
        beside(learningRate),
      ),
      { cases: matrices },
    ],
  ],
  dog: [
    [
      () => optimizers.dog({ ...decaying, initStep: ['distance', 0.5], eps: 0.25 }),
      () => chain(decayed, transforms.scaleByDog({ initStep: ['distance', 0.5], eps: 0.25 }), rated()),
      { couples: true },
    ],
  ],
  dowg: [
    [
      () => optimizers.dowg({ ...decaying, initEstimSqDist: 0.5, eps: 0.25 }),
      () => chain(decayed, transforms.scaleByDowg({ initEstimSqDist: 0.5, eps: 0.25 }), rated()),
      { couples: true },
    ],
    [
      () => optimizers.dowg({ learningRate, eps: 0.25 }),
      () => chain(transforms.scaleByDowg({ eps: 0.25 }), rated()),
      { couples: true },
    ],
  ],
  dpsgd: [
    [
      () =>
        optimizers.dpsgd({
          learningRate,
          l2NormClip: 2,
          noiseMultiplier: 0.5,
          batchSize: 4,
          key: 3,
          momentum: 0.5,
          nesterov: true,
        }),
      () =>
        chain(
          transforms.differentiallyPrivateAggregate({ l2NormClip: 2, noiseMultiplier: 0.5, batchSize: 4, key: 3 }),
          transforms.trace({ decay: 0.5, nesterov: true }),
          rated(),
        ),
      { couples: true, guests: false },
    ],
    [
      () => optimizers.dpsgd({ learningRate, l2NormClip: 2, noiseMultiplier: 0, batchSize: 4 }),
      () =>
        chain(transforms.differentiallyPrivateAggregate({ l2NormClip: 2, noiseMultiplier: 0, batchSize: 4 }), rated()),
      { couples: true, guests: false },
    ],
  ],
  galore: [
    [
      () =>
        optimizers.galore({
          ...decaying,
          rank: 1,
          updateProjGap: 2,
          scale: 0.5,
          baseOptimizer: transforms.trace({ decay: 0.5 }),
          weightDimensionNumbers: {
            w: {
              reductionAxis: 1,
              outputAxis: 0,
            },
          },
        }),
      () =>
        chain(
          transforms.scaleByGalore({
            rank: 1,
            updateProjGap: 2,
            scale: 0.5,
            baseOptimizer: transforms.trace({ decay: 0.5 }),
            weightDimensionNumbers: {
              w: {
                reductionAxis: 1,
                outputAxis: 0,
              },
            },
          }),
          decayed,
          rated(),
        ),
      { cases: oneMatrix() },
    ],
    [
      () => optimizers.galore({ learningRate, rank: 1, weightDimensionNumbers: cubes }),
      () => chain(transforms.scaleByGalore({ rank: 1, weightDimensionNumbers: cubes }), rated()),
      { cases: oneMatrix([3, 1, 2]) },
    ],
    [
      () => optimizers.galore({ learningRate, rank: 1 }),
      () => chain(transforms.scaleByGalore({ rank: 1 }), rated()),
      { cases: matrices },
    ],
  ],
  kron: [
    [
      () => optimizers.kron({ ...decaying, momentum: 0.5, key: 3, preconditionerUpdateProbability: 1 }),
      () =>
        chain(transforms.scaleByKron({ momentum: 0.5, key: 3, preconditionerUpdateProbability: 1 }), decayed, rated()),
      { cases: matrices },
    ],
  ],
  lamb: [
    [
      () => optimizers.lamb({ ...moments, ...decaying }),
      () => chain(transforms.scaleByAdam(moments), decayed, transforms.scaleByTrustRatio(), rated()),
    ],
  ],
  laprop: [
    [
      () => optimizers.laprop({ ...three, ...decaying }),
      () => chain(transforms.scaleByLaprop(three), decayed, rated()),
    ],
  ],
  lbfgs: [
    [
      () => optimizers.lbfgs({ learningRate, memorySize: 2, scaleInitPrecond: false, linesearch: 'none' }),
      () => chain(transforms.scaleByLbfgs({ memorySize: 2, scaleInitPrecond: false }), rated()),
      { couples: true },
    ],
    [
      () => optimizers.lbfgs({ memorySize: 2, curvature: 'optax', linesearch: transforms.clip({ maxDelta: 1 }) }),
      () =>
        chain(
          transforms.scaleByLbfgs({ memorySize: 2, curvature: 'optax' }),
          rated(1),
          transforms.clip({ maxDelta: 1 }),
        ),
      { couples: true },
    ],
    [
      () => optimizers.lbfgs(),
      () =>
        chain(
          transforms.scaleByLbfgs({ memorySize: 10 }),
          rated(1),
          transforms.scaleByZoomLinesearch({ maxLinesearchSteps: 20, initialGuessStrategy: 'one' }),
        ),
      {
        couples: true,
        cases: trainings({ maxSteps: 3, missing: false, values: fc.integer({ min: -16, max: 16 }).map((k) => k / 8) }),
        extra: (_: Tree, params: Tree) => ({ value: bowl(params).dataSync()[0], grad: params, valueFn: bowl }),
      },
    ],
  ],
  lion: [
    [
      () => optimizers.lion({ ...decaying, b1: 0.5, b2: 0.75 }),
      () => chain(transforms.scaleByLion({ b1: 0.5, b2: 0.75 }), decayed, rated()),
    ],
  ],
  madgrad: [
    [
      () => optimizers.madgrad({ learningRate, momentum: 0.5, eps: 0.25 }),
      () => transforms.scaleByMadgrad({ learningRate, momentum: 0.5, eps: 0.25 }),
    ],
  ],
  mars: [
    [
      () => optimizers.mars({ ...three, ...decaying, gamma: 0.5 }),
      byRank(
        chain(transforms.scaleByMars({ gamma: 0.5, b1: 0.5 }), transforms.scaleByAdam(three), decayed, rated()),
        (rank) => rank > 1,
        optimizers.adamw({ ...three, ...decaying }),
      ),
      { cases: matrices },
    ],
    [
      () => optimizers.mars({ ...three, learningRate, weightDecay: 0.5 }),
      byRank(
        chain(
          transforms.scaleByMars({ b1: 0.5 }),
          transforms.scaleByAdam(three),
          transforms.addDecayedWeights({ weightDecay: 0.5 }),
          rated(),
        ),
        (rank) => rank > 1,
        optimizers.adamw({ ...three, learningRate, weightDecay: 0.5 }),
      ),
      { cases: matrices },
    ],
  ],
  muon: [
    [
      () =>
        optimizers.muon({
          ...plainOptions,
          learningRate,
          debias: false,
          adaptive: true,
          preconditioning: 'aol',
          ...besides,
          weightDecay,
          weightDecayMask: mask,
          adamLearningRate: 0.5,
          adamEpsRoot: 0.5,
          adamWeightDecay: 0.25,
          consistentRms: 0.5,
        }),
      byRank(
        chain(
          transforms.scaleByMuon({
            ...plainOptions,
            debias: false,
            adaptive: true,
            preconditioning: 'aol',
            scaling: 0.5,
          }),
          decayed,
          rated(),
        ),
        (rank) => rank === 2,
        optimizers.adamw({ learningRate: 0.5, b1: 0.5, b2: 0.75, eps: 1e-3, epsRoot: 0.5, weightDecay: 0.25 }),
      ),
      { cases: matrices },
    ],
    [
      () => optimizers.muon({ learningRate, muonWeightDimensionNumbers: { w: { reductionAxis: 1, outputAxis: 0 } } }),
      () =>
        chain(
          transforms.scaleByMuon({
            scaling: 'original',
            weightDimensionNumbers: { w: { reductionAxis: 1, outputAxis: 0 } },
          }),
          rated(),
        ),
      { cases: oneMatrix() },
    ],
    [
      () => optimizers.muon({ learningRate, scaling: 'spectral' }),
      byRank(
        chain(transforms.scaleByMuon({ scaling: 'spectral' }), rated()),
        (rank) => rank === 2,
        optimizers.adamw({ learningRate, weightDecay: 0, nesterov: true }),
      ),
      { cases: matrices },
    ],
  ],
  nadam: [
    [
      () => optimizers.nadam({ ...moments, learningRate }),
      () => chain(transforms.scaleByAdam({ ...moments, nesterov: true }), rated()),
    ],
  ],
  nadamw: [
    [
      () => optimizers.nadamw({ ...moments, ...decaying }),
      () => chain(transforms.scaleByAdam({ ...moments, nesterov: true }), decayed, rated()),
    ],
  ],
  noisySgd: [
    [
      () => optimizers.noisySgd({ learningRate, eta: 0.5, gamma: 0.25, key: 3 }),
      () => chain(transforms.addNoise({ eta: 0.5, gamma: 0.25, key: 3 }), rated()),
      { couples: true, guests: false },
    ],
  ],
  normuon: [
    [
      () => optimizers.normuon({ ...plainOptions, ...decaying, ...besides, beta2: 0.5, adamLearningRate: 0.5 }),
      byRank(
        chain(transforms.scaleByNormuon({ ...plainOptions, beta2: 0.5, scaling: 'spectral' }), decayed, rated()),
        (rank) => rank === 2,
        beside(0.5),
      ),
      { cases: matrices },
    ],
    [
      () => optimizers.normuon({ learningRate, nsCoeffs: 'standard', weightDecay: 0.5 }),
      byRank(
        chain(
          transforms.scaleByNormuon({ nsCoeffs: 'standard', scaling: 'spectral' }),
          transforms.addDecayedWeights({ weightDecay: 0.5 }),
          rated(),
        ),
        (rank) => rank === 2,
        optimizers.adamw({ learningRate, weightDecay: 0 }),
      ),
      { cases: matrices },
    ],
  ],
  novograd: [
    [
      () => optimizers.novograd({ ...moments, learningRate, weightDecay }),
      () => chain(transforms.scaleByNovograd({ ...moments, weightDecay }), rated()),
    ],
  ],
  optimisticAdam: [
    [
      () => optimizers.optimisticAdam({ ...moments, learningRate, optimism: 0.5, nesterov: false }),
      () =>
        chain(
          transforms.scaleByAdam(moments),
          transforms.scaleByOptimisticGradient({ alpha: learningRate, beta: 0.5 }),
          transforms.scale({ stepSize: -1 }),
        ),
    ],
    [
      () => optimizers.optimisticAdam({ ...moments, learningRate }),
      () =>
        chain(
          transforms.scaleByAdam({ ...moments, nesterov: true }),
          transforms.scaleByOptimisticGradient({ alpha: learningRate, beta: learningRate }),
          transforms.scale({ stepSize: -1 }),
        ),
    ],
  ],
  optimisticAdamV2: [
    [
      () => optimizers.optimisticAdamV2({ ...moments, learningRate, alpha: 0.5, beta: 0.25, nesterov: false }),
      () =>
        chain(
          transforms.scaleByAdam(moments),
          transforms.scaleByOptimisticGradient({ alpha: 0.5, beta: 0.25 }),
          rated(),
        ),
    ],
  ],
  optimisticGradientDescent: [
    [
      () => optimizers.optimisticGradientDescent({ learningRate, alpha: 0.5, beta: 0.25 }),
      () => chain(transforms.scaleByOptimisticGradient({ alpha: 0.5, beta: 0.25 }), rated()),
    ],
  ],
  polyakSgd: [
    [
      () => optimizers.polyakSgd({ maxLearningRate: 0.5, scaling: 2, fMin: 1, eps: 0.25, variant: 'sps+' }),
      () => chain(rated(2), transforms.scaleByPolyak({ maxLearningRate: 0.5, fMin: 1, eps: 0.25, variant: 'sps+' })),
      { couples: true, extra: { value: 2 } },
    ],
  ],
  radam: [
    [
      () => optimizers.radam({ ...moments, learningRate, threshold: 2, nesterov: true }),
      () => chain(transforms.scaleByRadam({ ...moments, threshold: 2, nesterov: true }), rated()),
      { cases: trainings({ minSteps: 4, maxSteps: 8 }) },
    ],
  ],
  rmsprop: [
    [
      () => optimizers.rmsprop({ learningRate, decay: 0.5, eps: 0.25, initialScale: 0.5, epsInSqrt: false }),
      () => chain(transforms.scaleByRms({ decay: 0.5, eps: 0.25, initialScale: 0.5, epsInSqrt: false }), rated()),
    ],
    [
      () =>
        optimizers.rmsprop({
          learningRate,
          decay: 0.5,
          eps: 0.25,
          initialScale: 4096,
          biasCorrection: true,
          centered: true,
          momentum: 0.5,
          nesterov: true,
        }),
      () =>
        chain(
          transforms.scaleByStddev({ decay: 0.5, eps: 0.25, initialScale: 4096, biasCorrection: true }),
          rated(),
          transforms.trace({ decay: 0.5, nesterov: true }),
        ),
    ],
  ],
  rprop: [
    [
      () => optimizers.rprop({ learningRate: 0.5, etaMinus: 0.25, etaPlus: 2, maxStepSize: 4, lag: false }),
      () =>
        chain(
          transforms.scaleByRprop({ learningRate: 0.5, etaMinus: 0.25, etaPlus: 2, maxStepSize: 4, lag: false }),
          transforms.scale({ stepSize: -1 }),
        ),
    ],
  ],
  sgd: [
    [() => optimizers.sgd({ learningRate }), () => rated()],
    [
      () => optimizers.sgd({ learningRate, momentum: 0.5, nesterov: true }),
      () => chain(transforms.trace({ decay: 0.5, nesterov: true }), rated()),
    ],
    [() => optimizers.sgd({ learningRate, momentum: 0.5 }), () => chain(transforms.trace({ decay: 0.5 }), rated())],
  ],
  sgdp: [
    [
      () => optimizers.sgdp({ learningRate, momentum: 0.5, eps: 0.25, delta: 0.5, wdRatio: 0.5, weightDecay }),
      () => chain(transforms.scaleBySgdp({ momentum: 0.5, eps: 0.25, delta: 0.5, wdRatio: 0.5, weightDecay }), rated()),
      { cases: matrices },
    ],
  ],
  shampoo: [
    [
      () =>
        optimizers.shampoo({
          ...decaying,
          b1: 0.5,
          b2: 0.75,
          eps: 0.25,
          graftingB2: 0.5,
          preconditionFrequency: 2,
          startPreconditioningStep: 1,
        }),
      () =>
        chain(
          transforms.scaleByShampoo({
            b1: 0.5,
            b2: 0.75,
            eps: 0.25,
            graftingB2: 0.5,
            preconditionFrequency: 2,
            startPreconditioningStep: 1,
          }),
          decayed,
          rated(),
        ),
      { cases: matrices },
    ],
    [
      () => optimizers.shampoo({ learningRate, preconditionFrequency: 1, eps: 0.25 }),
      () => chain(transforms.scaleByShampoo({ preconditionFrequency: 1, eps: 0.25 }), rated()),
      { cases: matrices },
    ],
  ],
  signSgd: [[() => optimizers.signSgd({ learningRate }), () => chain(transforms.scaleBySign(), rated())]],
  signum: [
    [
      () => optimizers.signum({ learningRate, beta: 0.5 }),
      () => chain(transforms.ema({ decay: 0.5, debias: false }), transforms.scaleBySign(), rated()),
    ],
  ],
  simplifiedAdemamix: [
    [
      () => optimizers.simplifiedAdemamix({ ...moments, ...decaying, alpha: 2 }),
      () => chain(transforms.scaleBySimplifiedAdemamix({ ...moments, alpha: 2 }), decayed, rated()),
    ],
  ],
  sm3: [
    [
      () => optimizers.sm3({ learningRate, momentum: 0.5 }),
      () => chain(transforms.scaleBySm3({ b1: 0.5 }), rated()),
      { cases: matrices },
    ],
  ],
  sophia: [
    [
      () =>
        optimizers.sophia({
          ...three,
          learningRate,
          weightDecay,
          weightDecayMask: mask,
          gamma: 0.5,
          clipThreshold: 2,
          updateInterval: 2,
        }),
      () =>
        chain(
          transforms.scaleBySophia({ ...three, gamma: 0.5, clipThreshold: 2, updateInterval: 2 }),
          decayed,
          rated(),
        ),
      { extra: { curvature: (params: Tree) => all(params, null) } },
    ],
  ],
  stableAdamw: [
    [
      () => optimizers.stableAdamw({ ...three, learningRate, weightDecay }),
      () => chain(transforms.scaleByStableAdamw({ ...three, weightDecay }), rated()),
    ],
  ],
  tiger: [
    [
      () => optimizers.tiger({ ...decaying, beta: 0.5 }),
      () => chain(transforms.ema({ decay: 0.5, debias: false }), transforms.scaleBySign(), decayed, rated()),
    ],
  ],
  yogi: [[() => optimizers.yogi({ ...three, learningRate }), () => chain(transforms.scaleByYogi(three), rated())]],
  lars: [
    [
      () => optimizers.lars({ learningRate, weightDecay: 0.25, trustCoefficient: 0.5, eps: 0.25, momentum: 0.5 }),
      () =>
        chain(
          transforms.addDecayedWeights({ weightDecay: 0.25 }),
          transforms.scaleByTrustRatio({ trustCoefficient: 0.5, eps: 0.25 }),
          rated(),
          transforms.trace({ decay: 0.5 }),
        ),
    ],
  ],
}

/** Half of the sum of squares: its gradient is the parameters. */
function bowl(params: Tree): tf.Scalar {
  return tf.tidy(() => {
    const sums = leavesOf(params).map((x) => tf.sum(tf.square(x)))
    return sums.reduce<tf.Scalar>((a, b) => tf.add(a, tf.mul(b, 0.5)), tf.scalar(0))
  })
}
function leavesOf(tree: Tree): readonly tf.Tensor[] {
  if (tree === null) return []
  return 'dataSync' in tree ? [tree as tf.Tensor] : Object.values(tree).flatMap((child: Tree) => leavesOf(child)) // no container has it
}
/** The same for every leaf; where nothing is said, squares. */
function all(tree: unknown, what: unknown): unknown {
  if (tree === null || typeof tree !== 'object') return null
  if ('dataSync' in tree || 'shape' in tree) return what ?? tf.tidy(() => tf.square(tree as tf.Tensor)) // no container has it
  const children = Object.entries(tree).map(([key, child]: [string, unknown]) => [key, all(child, what)] as const)
  return Array.isArray(tree) ? children.map(([, child]) => child) : Object.fromEntries(children)
}
function oneMatrix(shape: readonly number[] = [3, 2]) {
  const values = (length: number) =>
    fc.array(
      fc.integer({ min: -16, max: 16 }).map((k) => k / 8),
      { minLength: length, maxLength: length },
    )
  const leaf = values(6).map((some) => ({ w: { shape, values: some } }))
  return fc.record({ params: leaf, grads: fc.array(leaf, { minLength: 1, maxLength: 3 }) }, { noNullPrototype: true })
}

/** What is kept, and what is said of the loss. */
const valueOf = (extra: unknown): number => (extra as { readonly value: number }).value // as `losses` gives it
const losses = (grads: Tree) => ({ value: 8 + Math.max(-4, ...leavesOf(grads).flatMap((x) => [...x.dataSync()])) })
const small = trainings({
  maxSteps: 4,
  missing: false,
  nulls: false,
  values: fc.integer({ min: -16, max: 16 }).map((k) => k / 8),
})

/** Now and then a gradient of nothing but zeros. */
const sometimesNothing = fc.tuple(small, fc.nat({ max: 8 })).map(([training, step]) => ({
  ...training,
  grads: training.grads.map((g, t) => (t === step ? mapNumbers(none)(g) : g)),
}))
const none = ({ shape, values }: Numbers): Numbers => ({ shape, values: values.map(() => 0) })
/** A gradient at, above and below what counts as none: its square is 2⁻⁵². */
const hardlyAny = fc
  .constantFrom(0, 2 ** -40, ...[0.55, 0.6875, 0.75, 0.875, 1, 1.25].map((x) => x * 2 ** -26))
  .map((g) => ({ params: { w: { shape: [1], values: [2 ** -30] } }, grads: [{ w: { shape: [1], values: [g] } }] }))
/** Gradients that hardly change: what estimates a rate finds that it was too small. */
const steady = fc
  .tuple(small, fc.integer({ min: 6, max: 10 }))
  .map(([{ params, grads }, steps]) => ({ params, grads: Array.from({ length: steps }, () => grads[0] ?? null) }))

type Updates = readonly (Numbers | undefined)[]
const all2 = (updates: Updates) => updates.flatMap((one) => one?.values ?? [])
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)
const mix = (b: number, old: number, x: number): number => b * old + (1 - b) * x
const cut = (updates: Updates, flat: readonly number[]) => {
  let at = 0
  return updates.map((one) => (one === undefined ? undefined : one.values.map(() => flat[at++] ?? Number.NaN)))
}

/** A rule over all numbers as one list. */
const listed = <S>(
  init: (params: readonly number[]) => S,
  next: (
    g: readonly number[],
    kept: S,
    at: { readonly p: readonly number[]; readonly count: number; readonly value: number },
  ) => readonly [readonly number[], S],
  state?: NonNullable<WholeRule<S>['state']>,
): WholeRule<S> => ({
  ...(state === undefined ? {} : { state }),
  init: (params) => init(params.flatMap(({ values }) => values)),
  next: (updates, kept, { params, count, extra }) => {
    const p = params.flatMap(({ values }) => values)
    const [flat, then] = next(all2(updates), kept, { p, count, value: valueOf(extra) })
    return [cut(updates, flat), then]
  },
})

interface Bounded {
  readonly adaptLowerBound: boolean
  readonly lowerBound: number
  readonly weightDecay: number
}
/** Bounds from below, of a loss from 4 to 10. */
const bounded: readonly Bounded[] = [
  { adaptLowerBound: false, lowerBound: 1, weightDecay: 0.25 },
  { adaptLowerBound: true, lowerBound: -1, weightDecay: 0 },
  { adaptLowerBound: true, lowerBound: -1, weightDecay: 0.25 },
  { adaptLowerBound: true, lowerBound: 12, weightDecay: 0 },
  { adaptLowerBound: false, lowerBound: 12, weightDecay: 0 },
]

const rules: Readonly<Record<string, readonly Suite[]>> = {
  momo: [
    ...bounded.map((o) => [o, sometimesNothing, later] as const),
    ...bounded.slice(1, 2).flatMap((o) => [[o, sometimesNothing, () => 16] as const, [o, hardlyAny, later] as const]),
  ].map(([o, cases, rateOf]) =>
    followsWholeRule(
      () => optimizers.momo({ learningRate: rateOf, beta: 0.5, ...o }),
      listed(
        (p) => ({ m: p.map(() => 0), gamma: 0, f: 0, lb: o.lowerBound }),
        (g, old, { p, count, value }) => {
          const [b, eta] = [count === 0 ? 0 : 0.5, rateOf(count)]
          const f = mix(b, old.f, value)
          const m = g.map((x, i) => mix(b, old.m[i] ?? 0, x))
          const gamma = mix(b, old.gamma, dot(g, p))
          const [grown, square] = [1 + eta * o.weightDecay, dot(m, m)]
          const cap = grown * (f - gamma) + dot(m, p)
          const met = o.adaptLowerBound && cap < grown * old.lb
          const lb = met ? Math.max(cap / (2 * grown), o.lowerBound) : old.lb
          const size = square <= 2 ** -52 ? 0 : Math.min(eta, Math.max(cap - grown * lb, 0) / square)
          const left = f + dot(m, p) - gamma - 0.5 * size * square
          const then = { m, gamma, f, lb: o.adaptLowerBound ? Math.max(left, o.lowerBound) : lb }
          return [p.map((x, i) => (x - grown * size * (m[i] ?? 0)) / grown - x), then]
        },
      ),
      {
        couples: true,
        extra: losses,
        cases,
        tolerance: 1e-3,
      },
    ),
  ),
  momoAdam: [
    ...bounded.map((o) => [o, sometimesNothing, later] as const),
    ...bounded.slice(1, 2).flatMap((o) => [[o, sometimesNothing, () => 16] as const, [o, hardlyAny, later] as const]),
  ].map(([o, cases, rateOf]) =>
    followsWholeRule(
      () => optimizers.momoAdam({ learningRate: rateOf, ...three, ...o }),
      listed(
        (p) => ({ m: p.map(() => 0), v: p.map(() => 0), gamma: 0, f: 0, lb: o.lowerBound }),
        (g, old, { p, count, value }) => {
          const [eta, c, t] = [rateOf(count), 1 - 0.5 ** (count + 1), count + 1]
          const f = mix(0.5, old.f, value)
          const m = g.map((x, i) => mix(0.5, old.m[i] ?? 0, x))
          const v = g.map((x, i) => mix(0.75, old.v[i] ?? 0, x * x))
          const d = m.map((x, i) => x / (Math.sqrt((v[i] ?? 0) / (1 - 0.75 ** t)) + 0.25))
          const gamma = mix(0.5, old.gamma, dot(g, p))
          const [grown, square] = [1 + eta * o.weightDecay, dot(m, d)]
          const cap = grown * (f - gamma) + dot(m, p)
          const met = o.adaptLowerBound && cap < grown * c * old.lb
          const lb = met ? Math.max(cap / (2 * grown * c), o.lowerBound) : old.lb
          const size = square <= 2 ** -52 ? 0 : Math.min(eta / c, Math.max(cap - grown * c * lb, 0) / square)
          const left = (f + dot(m, p) - gamma - 0.5 * size * square) / c
          const then = { m, v, gamma, f, lb: o.adaptLowerBound ? Math.max(left, o.lowerBound) : lb }
          return [p.map((x, i) => x / grown - size * (d[i] ?? 0) - x), then]
        },
      ),
      {
        couples: true,
        extra: losses,
        cases,
        tolerance: 1e-3,
      },
    ),
  ),
  prodigy: [
    { safeguardWarmup: true, d0: 0.25, rated: later, cases: small },
    { safeguardWarmup: false, d0: 0.25, rated: later, cases: small },
    { safeguardWarmup: true, d0: 1 / 64, rated: () => 1, cases: steady },
    { safeguardWarmup: false, d0: 1 / 64, rated: () => 1, cases: steady },
  ].map(({ safeguardWarmup, d0, rated: rateAt, cases }) =>
    followsWholeRule(
      () =>
        optimizers.prodigy({
          learningRate: rateAt,
          betas: [0.5, 0.75],
          eps: 0.25,
          estimLr0: d0,
          estimLrCoef: 2,
          weightDecay: 0.125,
          ...(safeguardWarmup
            ? {
                beta3: 0.625,
                safeguardWarmup,
              }
            : {}),
        }),
      listed(
        (p) => ({ m: p.map(() => 0), v: p.map(() => 0), s: p.map(() => 0), r: 0, d: d0, start: p }),
        (g, old, { p, count }) => {
          const [t, d, b3] = [count + 1, old.d, safeguardWarmup ? 0.625 : Math.sqrt(0.75)]
          const rate = (d * rateAt(count) * Math.sqrt(1 - 0.75 ** t)) / (1 - 0.5 ** t)
          const m = g.map((x, i) => mix(0.5, old.m[i] ?? 0, d * x))
          const v = g.map((x, i) => mix(0.75, old.v[i] ?? 0, (d * x) ** 2))
          const s = g.map((x, i) => b3 * (old.s[i] ?? 0) + ((safeguardWarmup ? d : rate) * d * x) / d0)
          const r =
            b3 * old.r +
            (d / d0) *
              rate *
              dot(
                g,
                p.map((x, i) => (old.start[i] ?? 0) - x),
              )
          const size = s.reduce((sum, x) => sum + Math.abs(x), 0)
          const next = size > 0 ? Math.max(d, (2 * r) / size) : d
          const u = p.map((x, i) => -rate * ((m[i] ?? 0) / (Math.sqrt(v[i] ?? 0) + next * 0.25) + 0.125 * x))
          return [u, { m, v, s, r, d: next, start: old.start }]
        },
      ),
      { couples: true, extra: losses, cases, moves: true },
    ),
  ),
  dadaptAdamw: [
    { d0: 0.25, rated: later, cases: small },
    { d0: 1 / 64, rated: () => 1, cases: steady },
  ].map(({ d0, rated: rateAt, cases }) =>
    followsWholeRule(
      () =>
        optimizers.dadaptAdamw({
          learningRate: rateAt,
          betas: [0.5, 0.75],
          eps: 0.25,
          estimLr0: d0,
          weightDecay: 0.125,
        }),
      listed(
        (p) => ({ m: p.map(() => 0), v: p.map(() => 0), s: p.map(() => 0), r: 0, d: d0 }),
        (g, old, { p, count }) => {
          const [t, b3] = [count + 1, Math.sqrt(0.75)]
          const rate = (old.d * rateAt(count) * Math.sqrt(1 - 0.75 ** t)) / (1 - 0.5 ** t)
          const along = dot(
            g,
            old.s.map((x, i) => x / (Math.sqrt(old.v[i] ?? 0) + 0.25)),
          )
          const m = g.map((x, i) => mix(0.5, old.m[i] ?? 0, rate * x))
          const v = g.map((x, i) => mix(0.75, old.v[i] ?? 0, x * x))
          const s = g.map((x, i) => mix(b3, old.s[i] ?? 0, rate * x))
          const r = mix(b3, old.r, rate * along)
          const size = s.reduce((sum, x) => sum + Math.abs(x), 0)
          const d = size > 0 ? Math.max(old.d, r / ((1 - b3) * size)) : old.d
          return [p.map((x, i) => -(m[i] ?? 0) / (Math.sqrt(v[i] ?? 0) + 0.25) - 0.125 * rate * x), { m, v, s, r, d }]
        },
        // the estimate is a quotient of these: what both have in common, it does not show
        ({ r, d }) => ({ estimLr: [[d]], numeratorWeighted: [[r]] }),
      ),
      { couples: true, extra: losses, cases, moves: true },
    ),
  ),
  fromage: [
    followsWholeRule(
      () => optimizers.fromage({ learningRate, minNorm: 0.5 }),
      {
        init: () => null,
        next: (updates, _, { params, count }) => {
          const eta = later(count)
          return [
            updates.map((g, i) => {
              const p = params[i]?.values ?? []
              const ratio = Math.max(Math.hypot(...p), 0.5) / Math.max(Math.hypot(...(g?.values ?? [])), 0.5)
              return g?.values.map((x, j) => ((p[j] ?? 0) - eta * ratio * x) / Math.sqrt(1 + eta * eta) - (p[j] ?? 0))
            }),
            null,
          ]
        },
      },
      { missing: true },
    ),
  ],
  soap: [mask, undefined].map((chosen) =>
    sameTraining(
      () =>
        optimizers.soap({
          learningRate,
          weightDecay,
          preconditionFrequency: 1,
          shampooBeta: 0.5,
          ...(chosen === undefined ? {} : { mask: chosen }),
        }),
      () =>
        chain(
          transforms.scaleBySoap({ preconditionFrequency: 1, shampooBeta: 0.5 }),
          rated(),
          afterwards(chosen !== undefined),
        ),
      { cases: matrices, agreement: nearly },
    ),
  ),
}

test('every optimizer is spelled out, or has a rule', () => {
  expect(Object.keys({ ...recipes, ...rules }).toSorted()).toEqual(Object.keys(optimizers).toSorted())
  for (const [name, rows] of Object.entries(recipes))
    for (const [make] of rows) expect(describe(make()).name).toBe(name)
})

for (const [name, rows] of Object.entries(recipes))
  for (const [i, [make, spelled, options = {}]] of rows.entries())
    describeLaws(
      { ...sameTraining(make, spelled, options), name: `in other words: ${name} (${i})` },
      { numRuns: whole ? 16 : 1 },
    )
for (const [name, suites] of Object.entries(rules))
  for (const [i, suite] of suites.entries())
    describeLaws({ ...suite, name: `${name} (${i})` }, { numRuns: whole ? 24 : 2 })
