import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { someLaws } from '../../laws/checks/someLaws.js'
import { dyadic } from '../../laws/arbitraries/numbers.js'
import { optimizerOptions } from '../../laws/arbitraries/optimizerOptions.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { equivariant } from '../../laws/transformation/unitLaws.js'
import { bounded, homogeneous, linear, odd } from '../../laws/transformation/optionalLaws.js'
import type { TransformationOptions } from '../../laws/transformation/Subject.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { chain } from '../combinators/chain.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { describe, described } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { treeOnesLike } from '../tensors/treeOnesLike.js'
import * as optimizers from './index.js'

interface Row extends TransformationOptions {
  readonly of: () => AnyTransformation
  readonly except?: Readonly<Record<string, string>>
}

const learningRate = 0.1
const one = (of: () => AnyTransformation, options: Omit<Row, 'of'> = {}): Row => ({ of, ...options })
const whole = { couples: true }

/** What models the loss: with gradients as large as their parameters nothing would be left of ⟨g, p⟩ but the order of its
 *  sum, and a loss that stays the same meets its own bound, where a rounding decides. */
const modelled = {
  ...whole,
  guests: true,
  extra: (grads: Tree) => ({ value: 2 + largest(grads) }),
  cases: trainings({ gradients: dyadic.map((x) => x / 64) }),
}
const largest = (tree: Tree): number =>
  Math.max(0, ...tensorsOf(tree).flatMap((x) => [...x.dataSync()].map((y) => Math.abs(y))))

/** A curvature for laws: that of a bowl. */
const gentle = (params: Tree) => treeOnesLike(params)

/** Why a law of names does not hold. */
const drawnByPath = 'what is drawn for a leaf depends on its path'

/** Every optimizer of the barrel by its name, with options that matter. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  acprop: [one(() => optimizers.acprop({ learningRate, eps: 1e-2, epsRoot: 1e-4 }))],
  adabelief: [one(() => optimizers.adabelief({ learningRate }))],
  adadelta: [one(() => optimizers.adadelta({ learningRate, weightDecay: 0.01 }))],
  adafactor: [
    one(() => optimizers.adafactor({ learningRate })),
    one(() => optimizers.adafactor({ learningRate, momentum: 0.9, minDimSizeToFactor: 2 })),
  ],
  adagrad: [one(() => optimizers.adagrad({ learningRate }))],
  adam: [
    one(() => optimizers.adam({ learningRate })),
    one(() => optimizers.adam({ learningRate: (t) => 0.1 / (1 + t), nesterov: true })),
  ],
  adamax: [one(() => optimizers.adamax({ learningRate }))],
  adamaxw: [one(() => optimizers.adamaxw({ learningRate }))],
  adamw: [one(() => optimizers.adamw({ learningRate, weightDecay: 0.1 }))],
  adan: [one(() => optimizers.adan({ learningRate }))],
  ademamix: [one(() => optimizers.ademamix({ learningRate, b3: 0.99, weightDecay: 0.1 }))],
  adopt: [one(() => optimizers.adopt({ learningRate, nesterov: true }))],
  amsgrad: [one(() => optimizers.amsgrad({ learningRate }))],
  cocob: [one(() => optimizers.cocob())],
  dadaptAdamw: [one(() => optimizers.dadaptAdamw({ estimLr0: 1e-2, weightDecay: 0.1 }), whole)],
  dog: [one(() => optimizers.dog({ initStep: ['heuristic', 1e-2] }), whole)],
  dowg: [one(() => optimizers.dowg({ initEstimSqDist: 1e-2 }), whole)],
  dpsgd: [
    one(
      () =>
        optimizers.dpsgd({ learningRate, l2NormClip: 1, noiseMultiplier: 0.5, batchSize: 4, key: 7, momentum: 0.5 }),
      {
        ...whole,
        guests: false,
        except: { names: 'the noise of a leaf is drawn by its place in the tree' },
      },
    ),
  ],
  fromage: [one(() => optimizers.fromage({ learningRate }))],
  galore: [one(() => optimizers.galore({ learningRate, rank: 1, updateProjGap: 2 }))],
  lamb: [one(() => optimizers.lamb({ learningRate }))],
  lars: [one(() => optimizers.lars({ learningRate }))],
  lbfgs: [one(() => optimizers.lbfgs({ learningRate, linesearch: 'none' }), whole)],
  lion: [one(() => optimizers.lion({ learningRate }))],
  madgrad: [one(() => optimizers.madgrad({ learningRate }))],
  momo: [one(() => optimizers.momo({ adaptLowerBound: true, lowerBound: -1 }), modelled)],
  momoAdam: [one(() => optimizers.momoAdam({ weightDecay: 0.1 }), modelled)],
  muon: [
    one(() => optimizers.muon({ learningRate, weightDecay: 0.1 })),
    one(() => optimizers.muon({ learningRate, adaptive: true, nesterov: false, scaling: 'spectral' })),
  ],
  nadam: [one(() => optimizers.nadam({ learningRate }))],
  nadamw: [one(() => optimizers.nadamw({ learningRate }))],
  noisySgd: [
    one(() => optimizers.noisySgd({ learningRate, key: 7 }), {
      ...whole,
      guests: false,
      except: { names: 'the noise of a leaf is drawn by its place in the tree' },
    }),
  ],
  novograd: [one(() => optimizers.novograd({ learningRate }))],
  optimisticAdam: [one(() => optimizers.optimisticAdam({ learningRate }))],
  optimisticAdamV2: [one(() => optimizers.optimisticAdamV2({ learningRate }))],
  optimisticGradientDescent: [one(() => optimizers.optimisticGradientDescent({ learningRate }))],
  polyakSgd: [one(() => optimizers.polyakSgd({}), { ...whole, extra: { value: 2 } })],
  prodigy: [one(() => optimizers.prodigy({ estimLr0: 1e-2, weightDecay: 0.1 }), whole)],
  radam: [one(() => optimizers.radam({ learningRate }))],
  rmsprop: [
    one(() => optimizers.rmsprop({ learningRate })),
    one(() => optimizers.rmsprop({ learningRate, centered: true, momentum: 0.5, eps: 1e-2 })),
  ],
  rprop: [one(() => optimizers.rprop({ learningRate }))],
  sgd: [
    one(() => optimizers.sgd({ learningRate })),
    one(() => optimizers.sgd({ learningRate, momentum: 0.9, nesterov: true })),
  ],
  signSgd: [one(() => optimizers.signSgd({ learningRate }))],
  signum: [one(() => optimizers.signum({ learningRate }))],
  sm3: [one(() => optimizers.sm3({ learningRate }))],
  simplifiedAdemamix: [one(() => optimizers.simplifiedAdemamix({ learningRate: 0.01, alpha: 2 }))],
  sophia: [one(() => optimizers.sophia({ learningRate, updateInterval: 2 }), { extra: { curvature: gentle } })],
  adabound: [one(() => optimizers.adabound({ learningRate }))],
  laprop: [one(() => optimizers.laprop({ learningRate, eps: 1e-8 }))],
  mars: [one(() => optimizers.mars({ learningRate, weightDecay: 0.1 }))],
  stableAdamw: [one(() => optimizers.stableAdamw({ learningRate }))],
  tiger: [one(() => optimizers.tiger({ learningRate }))],
  soap: [
    one(() => optimizers.soap({ learningRate, preconditionFrequency: 1, weightDecay: 0.1 })),
    one(() => optimizers.soap({ learningRate, maxPrecondDim: 2, normalizeGrads: true })),
  ],
  kron: [
    one(() => optimizers.kron({ learningRate, key: 7 }), { ...whole, guests: false, except: { names: drawnByPath } }),
  ],
  shampoo: [
    one(() => optimizers.shampoo({ learningRate, preconditionFrequency: 1, eps: 1e-3 })),
    one(() =>
      optimizers.shampoo({ learningRate, preconditionFrequency: 2, b2: 0.9, eps: 1e-3, maxPreconditionerDim: 2 }),
    ),
  ],
  dion: [
    one(() => optimizers.dion({ learningRate, rank: 1, key: 7 }), {
      ...whole,
      guests: false,
      except: { names: drawnByPath },
    }),
  ],
  dion2: [
    one(() => optimizers.dion2({ learningRate, nsCoeffs: 'standard', fraction: 0.5 })),
    one(() => optimizers.dion2({ learningRate, nsCoeffs: 'standard', evened: true })),
  ],
  adamuon: [
    one(() => optimizers.adamuon({ learningRate })),
    one(() => optimizers.adamuon({ learningRate, scaling: 'spectral', nesterov: true })),
  ],
  adamp: [one(() => optimizers.adamp({ learningRate, delta: 1, weightDecay: 0.1 }))],
  sgdp: [one(() => optimizers.sgdp({ learningRate, momentum: 0.9, delta: 1, weightDecay: 0.1 }))],
  adamMini: [one(() => optimizers.adamMini({ learningRate, weightDecay: 0.1 }))],
  normuon: [one(() => optimizers.normuon({ learningRate, nsCoeffs: 'standard' }))],
  yogi: [one(() => optimizers.yogi({ learningRate }))],
}

test('every optimizer has a row, and the backend is there', () => {
  expect(Object.keys(rows).toSorted()).toEqual(Object.keys(optimizers).toSorted())
  expect(tf.getBackend()).toBe(backendName)
})

test('arbitraries are there for every optimizer, and make options that it accepts', () => {
  expect(Object.keys(optimizerOptions).toSorted()).toEqual(Object.keys(optimizers).toSorted())
  const make: Readonly<Record<string, (options: never) => AnyTransformation>> = optimizers
  for (const [name, options] of Object.entries(optimizerOptions))
    fc.assert(
      fc.property(options, (given) => {
        expect(make[name]?.(given as never)).toHaveProperty('update')
      }),
      { numRuns: 20 },
    ) // by its name
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
    "acprop({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 0.01, epsRoot: 0.0001, weightDecay: 0 }, scaleByAcprop({ b1: 0.9, b2: 0.999, eps: 0.01, epsRoot: 0.0001 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adabelief({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16, nesterov: false, count: 'step' }, scaleByBelief({ b1: 0.9, b2: 0.999, eps: 1e-16, epsRoot: 1e-16, nesterov: false, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adadelta({ learningRate: 0.1, rho: 0.9, eps: 0.000001, weightDecay: 0.01 }, addDecayedWeights({ weightDecay: 0.01 }), scaleByAdadelta({ rho: 0.9, eps: 0.000001 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adafactor({ learningRate: 0.1, minDimSizeToFactor: 128, decayRate: 0.8, decayOffset: 0, multiplyByParameterScale: true, clippingThreshold: 1, weightDecayRate: 0, eps: 1e-30, factored: true }, scaleByFactoredRms({ factored: true, decayRate: 0.8, stepOffset: 0, minDimSizeToFactor: 128, epsilon: 1e-30, decayRateFn: { $function: '' } }), clipByBlockRms({ threshold: 1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: false }), scaleByParamBlockRms({ minScale: 0.001 }), identity(), addDecayedWeights({ weightDecay: 0 }), scale({ stepSize: -1 }))
    adafactor({ learningRate: 0.1, minDimSizeToFactor: 2, decayRate: 0.8, decayOffset: 0, multiplyByParameterScale: true, clippingThreshold: 1, momentum: 0.9, weightDecayRate: 0, eps: 1e-30, factored: true }, scaleByFactoredRms({ factored: true, decayRate: 0.8, stepOffset: 0, minDimSizeToFactor: 2, epsilon: 1e-30, decayRateFn: { $function: '' } }), clipByBlockRms({ threshold: 1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: false }), scaleByParamBlockRms({ minScale: 0.001 }), ema({ decay: 0.9, debias: false }), addDecayedWeights({ weightDecay: 0 }), scale({ stepSize: -1 }))
    adagrad({ learningRate: 0.1, initialAccumulatorValue: 0.1, eps: 1e-7 }, scaleByRss({ initialAccumulatorValue: 0.1, eps: 1e-7 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adam({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adam({ learningRate: { $function: 'learningRate' }, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), scaleByLearningRate({ learningRate: { $function: 'learningRate' }, flipSign: true }))
    adamax({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, count: 'step' }, scaleByAdamax({ b1: 0.9, b2: 0.999, eps: 1e-8, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adamaxw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, weightDecay: 0.0001, count: 'step' }, scaleByAdamax({ b1: 0.9, b2: 0.999, eps: 1e-8, count: 'step' }), addDecayedWeights({ weightDecay: 0.0001 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0.1, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adan({ learningRate: 0.1, b1: 0.98, b2: 0.92, b3: 0.99, eps: 1e-8, epsRoot: 1e-8, lookAhead: 'optax', weightDecay: 0 }, scaleByAdan({ b1: 0.98, b2: 0.92, b3: 0.99, eps: 1e-8, epsRoot: 1e-8, lookAhead: 'optax' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    ademamix({ learningRate: 0.1, b1: 0.9, b2: 0.999, b3: 0.99, alpha: 5, eps: 1e-8, epsRoot: 0, weightDecay: 0.1 }, scaleByAdemamix({ b1: 0.9, b2: 0.999, b3: 0.99, alpha: 5, eps: 1e-8, epsRoot: 0 }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adopt({ learningRate: 0.1, b1: 0.9, b2: 0.9999, eps: 0.000001, nesterov: true, useClipping: true, clipValueFn: { $function: '' } }, scaleByAdopt({ b1: 0.9, b2: 0.9999, eps: 0.000001, nesterov: true, useClipping: true, clipValueFn: { $function: '' } }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    amsgrad({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, biasCorrectionMu: true, biasCorrectionNu: true, count: 'step' }, scaleByAmsgrad({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, biasCorrectionMu: true, biasCorrectionNu: true, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    cocob({ learningRate: 1, alpha: 100, eps: 1e-8, weightDecay: 0 }, addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 1, flipSign: false }), scaleByCocob({ alpha: 100, eps: 1e-8 }))
    dadaptAdamw({ learningRate: 1, betas: [0.9, 0.999], eps: 1e-8, estimLr0: 0.01, weightDecay: 0.1 })
    dog({ learningRate: 1, initStep: ['heuristic', 0.01], eps: 1e-8, weightDecay: 0 }, addDecayedWeights({ weightDecay: 0 }), scaleByDog({ initStep: ['heuristic', 0.01], eps: 1e-8 }), scaleByLearningRate({ learningRate: 1, flipSign: true }))
    dowg({ learningRate: 1, initEstimSqDist: 0.01, eps: 0.0001, weightDecay: 0 }, addDecayedWeights({ weightDecay: 0 }), scaleByDowg({ initEstimSqDist: 0.01, eps: 0.0001 }), scaleByLearningRate({ learningRate: 1, flipSign: true }))
    dpsgd({ learningRate: 0.1, l2NormClip: 1, noiseMultiplier: 0.5, batchSize: 4, key: 7, momentum: 0.5, nesterov: false }, differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0.5, batchSize: 4, key: 7 }), trace({ decay: 0.5, nesterov: false }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    fromage({ learningRate: 0.1, minNorm: 0.000001 }, scaleByTrustRatio({ minNorm: 0.000001, trustCoefficient: 1, eps: 0 }), scaleByLearningRate({ learningRate: { $function: 'learningRate' }, flipSign: true }), addDecayedWeights({ weightDecay: { $function: 'weightDecay' } }))
    galore({ learningRate: 0.1, rank: 1, updateProjGap: 2, scale: 1, weightDecay: 0 }, scaleByGalore({ rank: 1, updateProjGap: 2, scale: 1, baseOptimizer: 'scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' })' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    lamb({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 0.000001, epsRoot: 0, weightDecay: 0 }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 0.000001, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByTrustRatio({ minNorm: 0, trustCoefficient: 1, eps: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    lars({ learningRate: 0.1, weightDecay: 0, weightDecayMask: true, trustCoefficient: 0.001, eps: 0, trustRatioMask: true, momentum: 0.9, nesterov: false }, masked({ otherwise: 'pass' }, addDecayedWeights({ weightDecay: 0 })), masked({ otherwise: 'pass' }, scaleByTrustRatio({ minNorm: 0, trustCoefficient: 0.001, eps: 0 })), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), trace({ decay: 0.9, nesterov: false }))
    lbfgs({ learningRate: 0.1, memorySize: 10, scaleInitPrecond: true, curvature: 'checked', linesearch: 'identity()' }, scaleByLbfgs({ memorySize: 10, scaleInitPrecond: true, curvature: 'checked' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), identity())
    lion({ learningRate: 0.1, b1: 0.9, b2: 0.99, weightDecay: 0.001 }, scaleByLion({ b1: 0.9, b2: 0.99, mode: 'hard', smoothBeta: 1 }), addDecayedWeights({ weightDecay: 0.001 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    madgrad({ learningRate: 0.1, momentum: 0.9, weightDecay: 0, eps: 0.000001 }, addDecayedWeights({ weightDecay: 0 }), scaleByMadgrad({ learningRate: 0.1, momentum: 0.9, eps: 0.000001 }))
    momo({ learningRate: 1, beta: 0.9, lowerBound: -1, weightDecay: 0, adaptLowerBound: true })
    momoAdam({ learningRate: 0.01, b1: 0.9, b2: 0.999, eps: 1e-8, lowerBound: 0, weightDecay: 0.1, adaptLowerBound: false })
    muon({ learningRate: 0.1, nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: true, debias: true, adaptive: false, preconditioning: 'frobenius', scaling: 'original', weightDecay: 0.1, adamB1: 0.9, adamB2: 0.999, adamEpsRoot: 0, adamWeightDecay: 0 }, muon(chain(scaleByMuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: true, debias: true, adaptive: false, preconditioning: 'frobenius', scaling: 'original' }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: true, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    muon({ learningRate: 0.1, nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: false, debias: true, adaptive: true, preconditioning: 'frobenius', scaling: 'spectral', weightDecay: 0, adamB1: 0.9, adamB2: 0.999, adamEpsRoot: 0, adamWeightDecay: 0 }, muon(chain(scaleByMuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, eps: 1e-8, nesterov: false, debias: true, adaptive: true, preconditioning: 'frobenius', scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    nadam({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    nadamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0.0001, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), addDecayedWeights({ weightDecay: 0.0001 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    noisySgd({ learningRate: 0.1, eta: 0.01, gamma: 0.55, key: 7 }, addNoise({ eta: 0.01, gamma: 0.55, key: 7 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    novograd({ learningRate: 0.1, b1: 0.9, b2: 0.25, eps: 0.000001, epsRoot: 0, weightDecay: 0 }, scaleByNovograd({ b1: 0.9, b2: 0.25, eps: 0.000001, epsRoot: 0, weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    optimisticAdam({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), scaleByOptimisticGradient({ alpha: 0.1, beta: 0.1 }), scaleByLearningRate({ learningRate: 1, flipSign: true }))
    optimisticAdamV2({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, alpha: 1, beta: 1, nesterov: true }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: true, count: 'step' }), scaleByOptimisticGradient({ alpha: 1, beta: 1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    optimisticGradientDescent({ learningRate: 0.1, alpha: 1, beta: 1 }, scaleByOptimisticGradient({ alpha: 1, beta: 1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    polyakSgd({ maxLearningRate: 1, scaling: 1, fMin: 0, eps: 0, variant: 'sps' }, sgd({ learningRate: 1, nesterov: false }, identity(), scaleByLearningRate({ learningRate: 1, flipSign: true })), scaleByPolyak({ fMin: 0, maxLearningRate: 1, eps: 0, variant: 'sps' }))
    prodigy({ learningRate: 1, betas: [0.9, 0.999], beta3: 0.999499874937461, eps: 1e-8, estimLr0: 0.01, estimLrCoef: 1, weightDecay: 0.1, safeguardWarmup: false })
    radam({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, threshold: 5, nesterov: false }, scaleByRadam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, threshold: 5, nesterov: false }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    rmsprop({ learningRate: 0.1, decay: 0.9, eps: 1e-8, initialScale: 0, epsInSqrt: true, centered: false, nesterov: false, biasCorrection: false }, scaleByRms({ decay: 0.9, eps: 1e-8, initialScale: 0, epsInSqrt: true, biasCorrection: false }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), identity())
    rmsprop({ learningRate: 0.1, decay: 0.9, eps: 0.01, initialScale: 0, epsInSqrt: true, centered: true, momentum: 0.5, nesterov: false, biasCorrection: false }, scaleByStddev({ decay: 0.9, eps: 0.01, initialScale: 0, epsInSqrt: true, biasCorrection: false }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), trace({ decay: 0.5, nesterov: false }))
    rprop({ learningRate: 0.1, etaMinus: 0.5, etaPlus: 1.2, minStepSize: 0.000001, maxStepSize: 50, lag: true }, scaleByRprop({ learningRate: 0.1, etaMinus: 0.5, etaPlus: 1.2, minStepSize: 0.000001, maxStepSize: 50, lag: true }), scale({ stepSize: -1 }))
    sgd({ learningRate: 0.1, nesterov: false }, identity(), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }, trace({ decay: 0.9, nesterov: true }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    signSgd({ learningRate: 0.1 }, scaleBySign(), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    signum({ learningRate: 0.1, beta: 0.9 }, ema({ decay: 0.9, debias: false }), scaleBySign(), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    sm3({ learningRate: 0.1, momentum: 0.9 }, scaleBySm3({ b1: 0.9, b2: 1, eps: 1e-8 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    simplifiedAdemamix({ learningRate: 0.01, b1: 0.99, b2: 0.95, alpha: 2, eps: 1e-8, epsRoot: 0, weightDecay: 0 }, scaleBySimplifiedAdemamix({ b1: 0.99, b2: 0.95, alpha: 2, eps: 1e-8, epsRoot: 0 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.01, flipSign: true }))
    sophia({ learningRate: 0.1, b1: 0.965, b2: 0.99, eps: 1e-8, weightDecay: 0.0001, gamma: 0.01, clipThreshold: 1, updateInterval: 2 }, scaleBySophia({ b1: 0.965, b2: 0.99, eps: 1e-8, gamma: 0.01, clipThreshold: 1, updateInterval: 2 }), addDecayedWeights({ weightDecay: 0.0001 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adabound({ learningRate: 0.1, finalLr: 0.1, gamma: 0.001, b1: 0.9, b2: 0.999, eps: 1e-8 }, scaleByAdabound({ learningRate: 0.1, finalLr: 0.1, gamma: 0.001, b1: 0.9, b2: 0.999, eps: 1e-8 }), scale({ stepSize: -1 }))
    laprop({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, weightDecay: 0 }, scaleByLaprop({ b1: 0.9, b2: 0.999, eps: 1e-8 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    mars({ learningRate: 0.1, gamma: 0.025, b1: 0.95, b2: 0.99, eps: 1e-8, weightDecay: 0.1 }, mars(chain(scaleByMars({ gamma: 0.025, b1: 0.95 }), scaleByAdam({ b1: 0.95, b2: 0.99, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.95, b2: 0.99, eps: 1e-8, epsRoot: 0, weightDecay: 0.1, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.95, b2: 0.99, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    stableAdamw({ learningRate: 0.1, b1: 0.9, b2: 0.99, eps: 0.000001, weightDecay: 0.01 }, scaleByStableAdamw({ b1: 0.9, b2: 0.99, eps: 0.000001, weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    tiger({ learningRate: 0.1, beta: 0.965, weightDecay: 0.01 }, ema({ decay: 0.965, debias: false }), scaleBySign(), addDecayedWeights({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    soap({ learningRate: 0.1, b1: 0.95, b2: 0.95, eps: 1e-8, preconditionFrequency: 1, maxPrecondDim: 1024, normalizeGrads: false, correctBias: true, weightDecay: 0.1 }, scaleBySoap({ b1: 0.95, b2: 0.95, eps: 1e-8, preconditionFrequency: 1, maxPrecondDim: 1024, normalizeGrads: false, correctBias: true }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), decayedAfter({ learningRate: 0.1, weightDecay: 0.1 }))
    soap({ learningRate: 0.1, b1: 0.95, b2: 0.95, eps: 1e-8, preconditionFrequency: 10, maxPrecondDim: 2, normalizeGrads: true, correctBias: true, weightDecay: 0.01 }, scaleBySoap({ b1: 0.95, b2: 0.95, eps: 1e-8, preconditionFrequency: 10, maxPrecondDim: 2, normalizeGrads: true, correctBias: true }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }), decayedAfter({ learningRate: 0.1, weightDecay: 0.01 }))
    kron({ learningRate: 0.1, momentum: 0.9, preconditionerUpdateProbability: { $function: 'annealed' }, precondLr: 0.1, maxSizeTriangular: 1024, memorySaveMode: 'none', key: 7, weightDecay: 0 }, scaleByKron({ momentum: 0.9, preconditionerUpdateProbability: { $function: 'annealed' }, precondLr: 0.1, maxSizeTriangular: 1024, memorySaveMode: 'none', key: 7 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    shampoo({ learningRate: 0.1, b1: 0.9, b2: 1, eps: 0.001, graftingB2: 0.999, graftingEps: 1e-8, preconditionFrequency: 1, maxPreconditionerDim: 1024, weightDecay: 0 }, scaleByShampoo({ b1: 0.9, b2: 1, eps: 0.001, graftingB2: 0.999, graftingEps: 1e-8, preconditionFrequency: 1, maxPreconditionerDim: 1024 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    shampoo({ learningRate: 0.1, b1: 0.9, b2: 0.9, eps: 0.001, graftingB2: 0.999, graftingEps: 1e-8, preconditionFrequency: 2, maxPreconditionerDim: 2, weightDecay: 0 }, scaleByShampoo({ b1: 0.9, b2: 0.9, eps: 0.001, graftingB2: 0.999, graftingEps: 1e-8, preconditionFrequency: 2, maxPreconditionerDim: 2 }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    dion({ learningRate: 0.1, rank: 1, mu: 0.95, eps: 1e-8, key: 7, scaling: 'spectral', weightDecay: 0.01, adamB1: 0.9, adamB2: 0.999 }, matrices(chain(scaleByDion({ rank: 1, mu: 0.95, eps: 1e-8, key: 7, scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    dion2({ learningRate: 0.1, fraction: 0.5, efDecay: 0.95, evened: false, beta2: 0.95, nsCoeffs: 'standard', nsSteps: 5, eps: 1e-8, scaling: 'spectral', weightDecay: 0.01, adamB1: 0.9, adamB2: 0.999 }, matrices(chain(scaleByDion2({ fraction: 0.5, efDecay: 0.95, evened: false, beta2: 0.95, nsCoeffs: 'standard', nsSteps: 5, eps: 1e-8, scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    dion2({ learningRate: 0.1, fraction: 0.25, efDecay: 0.95, evened: true, beta2: 0.95, nsCoeffs: 'standard', nsSteps: 5, eps: 1e-8, scaling: 'spectral', weightDecay: 0.01, adamB1: 0.9, adamB2: 0.999 }, matrices(chain(scaleByDion2({ fraction: 0.25, efDecay: 0.95, evened: true, beta2: 0.95, nsCoeffs: 'standard', nsSteps: 5, eps: 1e-8, scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    adamuon({ learningRate: 0.1, nsCoeffs: 'dion', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-7, nesterov: false, scaling: 'moonlight', weightDecay: 0, adamB1: 0.9, adamB2: 0.999 }, matrices(chain(scaleByAdamuon({ nsCoeffs: 'dion', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-7, nesterov: false, scaling: 'moonlight' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    adamuon({ learningRate: 0.1, nsCoeffs: 'dion', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-7, nesterov: true, scaling: 'spectral', weightDecay: 0, adamB1: 0.9, adamB2: 0.999 }, matrices(chain(scaleByAdamuon({ nsCoeffs: 'dion', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-7, nesterov: true, scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    adamp({ learningRate: 0.1, delta: 1, wdRatio: 0.1, weightDecay: 0.1, nesterov: false, b1: 0.9, b2: 0.999, eps: 1e-8 }, scaleByAdamp({ delta: 1, wdRatio: 0.1, weightDecay: 0.1, nesterov: false, b1: 0.9, b2: 0.999, eps: 1e-8 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    sgdp({ learningRate: 0.1, delta: 1, wdRatio: 0.1, weightDecay: 0.1, nesterov: false, momentum: 0.9, eps: 1e-8 }, scaleBySgdp({ delta: 1, wdRatio: 0.1, weightDecay: 0.1, nesterov: false, momentum: 0.9, eps: 1e-8 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    adamMini({ learningRate: 0.1, weightDecay: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8 }, scaleByAdamMini({ b1: 0.9, b2: 0.999, eps: 1e-8 }), addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))
    normuon({ learningRate: 0.1, nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-8, nesterov: false, scaling: 'spectral', weightDecay: 0.01, adamB1: 0.9, adamB2: 0.999 }, normuon(chain(scaleByNormuon({ nsCoeffs: 'standard', nsSteps: 5, beta: 0.95, beta2: 0.95, eps: 1e-8, nesterov: false, scaling: 'spectral' }), addDecayedWeights({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))), adam(adamw({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, weightDecay: 0, nesterov: false, count: 'step' }, scaleByAdam({ b1: 0.9, b2: 0.999, eps: 1e-8, epsRoot: 0, nesterov: false, count: 'step' }), addDecayedWeights({ weightDecay: 0 }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))))
    yogi({ learningRate: 0.1, b1: 0.9, b2: 0.999, eps: 0.001, count: 'step' }, scaleByYogi({ b1: 0.9, b2: 0.999, eps: 0.001, epsRoot: 0, initialAccumulatorValue: 0.000001, count: 'step' }), scaleByLearningRate({ learningRate: 0.1, flipSign: true }))"
  `)
})

test('each refuses, under its own name, an option that it does not have', () => {
  // called with what they must refuse
  const constructors: Readonly<Record<string, (options: object) => unknown>> = optimizers as never
  for (const name of Object.keys(rows))
    expect(() => constructors[name]?.({ nonsense: 1 }), name).toThrow(new RegExp(`^${name}: .*nonsense`, 's'))
})

const runs = { numRuns: backendName === 'webgl' ? 1 : casesOf(10) }

for (const [i, { of, except = {}, ...options }] of Object.values(rows).flat().entries()) {
  const [suite, excepted] = someLaws(transformationLaws(of, options), i, except)
  describeLaws(suite, { ...runs, except: excepted })
}

const more = { numRuns: backendName === 'webgl' ? 1 : casesOf(20) }

describeLaws(linear(optimizers.sgd({ learningRate, momentum: 0.5 })), more)
describeLaws(linear(optimizers.optimisticGradientDescent({ learningRate })), more)
describeLaws(homogeneous(1)(optimizers.sgd({ learningRate, momentum: 0.5, nesterov: true })), more)
describeLaws(
  homogeneous(0)(optimizers.adam({ learningRate, eps: 0 }), {
    cases: trainings({ gradients: dyadic.map((x) => x + Math.sign(x || 1) / 32), missing: false }),
  }),
  more,
)
describeLaws(homogeneous(0)(optimizers.lion({ learningRate })), more)
for (const make of [
  () => optimizers.sgd({ learningRate, momentum: 0.5, nesterov: true }),
  () => optimizers.lars({ learningRate, weightDecay: 0.1 }),
  (unit: number) => optimizers.fromage({ learningRate, minNorm: 1e-6 * unit }),
  (unit: number) => chain(clipByGlobalNorm({ maxNorm: unit }), optimizers.lars({ learningRate, momentum: 0.5 })),
])
  describeLaws(equivariant(make), more)
describeLaws(homogeneous(0)(optimizers.signum({ learningRate })), more)
for (const tx of [
  optimizers.adam({ learningRate }),
  optimizers.adamax({ learningRate }),
  optimizers.radam({ learningRate }),
  optimizers.rmsprop({ learningRate }),
  optimizers.lion({ learningRate, weightDecay: 0 }),
])
  describeLaws(odd(tx), more)
describeLaws(bounded(learningRate)(optimizers.lion({ learningRate, weightDecay: 0 })), more)
describeLaws(bounded(learningRate)(optimizers.signSgd({ learningRate })), more)
