import fc from 'fast-check'
import type { Schedule } from '../../src/scalars/Schedule.js'
import { schedules } from './schedules.js'

type Choices = Readonly<Record<string, fc.Arbitrary<unknown>>>
type ValueOf<A> = A extends fc.Arbitrary<infer V> ? V : never
type Options<R, O> = { readonly [K in keyof R]: ValueOf<R[K]> } & { readonly [K in keyof O]?: ValueOf<O[K]> }

const flag = fc.boolean()
const memory = fc.constantFrom(0.9, 0, 0.5, 0.99, 0.999)
const small = fc.constantFrom(1e-8, 1e-6, 1e-3, 0.1)
const root = fc.constantFrom(0, 1e-8, 1e-3)
const weight = fc.constantFrom(0, 0.1, 0.01)
const factor = fc.constantFrom(1, 0.5, 0)
const counted = { count: fc.constantFrom('step' as const, 'leaf' as const) }

const rate: fc.Arbitrary<number | Schedule> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0.1, 0.01, 1, 0) },
  { weight: 1, arbitrary: schedules },
)

/** Every subset of the options that have defaults, together with the required ones. */
const some = <const R extends Choices, const O extends Choices = {}>(
  required: R,
  optional?: O,
): fc.Arbitrary<Options<R, O>> =>
  fc.record<Readonly<Record<string, unknown>>>(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  ) as unknown as fc.Arbitrary<Options<R, O>> // of those keys

const rated = { learningRate: rate }
const moments = { b1: memory, b2: memory, eps: small }
const rooted = { ...moments, epsRoot: root }

/** Options of each optimizer, by its name: what its constructor takes, defaults left out now and then.
 *
 *  @laws each record is accepted; with `lbfgs`, no line search.
 *  @example fc.assert(fc.property(optimizerOptions.adam, (options) => { adam(options) })) */
export const optimizerOptions = {
  acprop: some(rated, { ...rooted, weightDecay: weight }),
  ademamix: some(rated, { ...rooted, b3: memory, alpha: factor, weightDecay: weight }),
  adopt: some(rated, { ...moments, nesterov: flag, useClipping: flag }),
  cocob: some({}, { learningRate: rate, alpha: fc.constantFrom(100, 10, 1), eps: small, weightDecay: weight }),
  dadaptAdamw: some(
    {},
    { learningRate: rate, betas: fc.tuple(memory, memory), eps: small, estimLr0: small, weightDecay: weight },
  ),
  dog: some(
    {},
    {
      learningRate: rate,
      initStep: fc.tuple(fc.constantFrom('distance' as const, 'heuristic' as const, 'learningRate' as const), small),
      eps: small,
      weightDecay: weight,
    },
  ),
  dowg: some({}, { learningRate: rate, initEstimSqDist: small, eps: small, weightDecay: weight }),
  dpsgd: some(
    {
      ...rated,
      l2NormClip: fc.constantFrom(1, 0.5),
      noiseMultiplier: factor,
      batchSize: fc.integer({ min: 1, max: 8 }),
    },
    { key: fc.nat(99), momentum: memory, nesterov: flag },
  ),
  galore: some(rated, {
    rank: fc.integer({ min: 1, max: 4 }),
    updateProjGap: fc.integer({ min: 1, max: 3 }),
    scale: factor,
    weightDecay: weight,
  }),
  sophia: some(rated, {
    b1: memory,
    b2: memory,
    eps: small,
    gamma: factor,
    clipThreshold: fc.constantFrom(1, 0.5, 'none' as const),
    updateInterval: fc.integer({ min: 1, max: 3 }),
    weightDecay: weight,
  }),
  stableAdamw: some(rated, { ...moments, weightDecay: weight }),
  laprop: some(rated, { ...moments, weightDecay: weight }),
  adabound: some(rated, { ...moments, finalLr: factor, gamma: small }),
  tiger: some(rated, { beta: memory, weightDecay: weight }),
  mars: some(rated, { ...moments, gamma: factor, weightDecay: weight }),
  normuon: some(rated, {
    nsCoeffs: fc.constantFrom('standard' as const, 'dion' as const, 'polarExpress' as const),
    nsSteps: fc.integer({ min: 1, max: 5 }),
    beta: memory,
    beta2: memory,
    nesterov: flag,
    weightDecay: weight,
  }),
  soap: some(rated, {
    ...moments,
    shampooBeta: memory,
    preconditionFrequency: fc.integer({ min: 1, max: 3 }),
    maxPrecondDim: fc.constantFrom(1024, 2),
    normalizeGrads: flag,
    correctBias: flag,
    weightDecay: weight,
  }),
  kron: some(rated, {
    momentum: memory,
    preconditionerUpdateProbability: fc.constantFrom(1, 0.5, 0),
    precondLr: small,
    maxSizeTriangular: fc.constantFrom(1024, 2),
    memorySaveMode: fc.constantFrom('none' as const, 'oneDiag' as const, 'allDiag' as const),
    key: fc.nat(99),
    weightDecay: weight,
  }),
  shampoo: some(rated, {
    b1: memory,
    b2: fc.constantFrom(1, 0.9),
    eps: small,
    graftingB2: memory,
    graftingEps: small,
    preconditionFrequency: fc.integer({ min: 1, max: 3 }),
    startPreconditioningStep: fc.integer({ min: 0, max: 3 }),
    maxPreconditionerDim: fc.constantFrom(1024, 2),
    weightDecay: weight,
  }),
  dion: some(rated, { rank: fc.integer({ min: 1, max: 4 }), mu: memory, key: fc.nat(99), weightDecay: weight }),
  dion2: some(rated, {
    fraction: fc.constantFrom(0.25, 0.5, 1),
    efDecay: memory,
    evened: flag,
    beta2: memory,
    nsSteps: fc.integer({ min: 1, max: 5 }),
    weightDecay: weight,
  }),
  adamuon: some(rated, {
    beta: memory,
    beta2: memory,
    nsSteps: fc.integer({ min: 1, max: 5 }),
    nesterov: flag,
    scaling: fc.constantFrom('moonlight' as const, 'spectral' as const),
    weightDecay: weight,
  }),
  adamp: some(rated, { ...moments, delta: factor, wdRatio: factor, nesterov: flag, weightDecay: weight }),
  sgdp: some(rated, { momentum: memory, delta: factor, wdRatio: factor, nesterov: flag, weightDecay: weight }),
  adamMini: some(rated, { ...moments, blocks: fc.constantFrom('leaf' as const, undefined), weightDecay: weight }),
  madgrad: some(rated, { momentum: memory, weightDecay: weight, eps: small }),
  muon: some(rated, {
    nsCoeffs: fc.constantFrom('standard' as const, 'dion' as const, 'polarExpress' as const, [2, -1.5, 0.5] as const),
    nsSteps: fc.integer({ min: 1, max: 5 }),
    beta: memory,
    eps: small,
    nesterov: flag,
    debias: flag,
    preconditioning: fc.constantFrom('frobenius' as const, 'aol' as const, 'schatten' as const),
    scaling: fc.constantFrom('original' as const, 'moonlight' as const, 'spectral' as const, 'none' as const, 0.5),
    weightDecay: weight,
    adamLearningRate: rate,
    adamB1: memory,
    adamB2: memory,
    adamWeightDecay: weight,
  }),
  momo: some({}, { learningRate: rate, beta: memory, lowerBound: factor, weightDecay: weight, adaptLowerBound: flag }),
  momoAdam: some(
    {},
    { learningRate: rate, ...moments, lowerBound: factor, weightDecay: weight, adaptLowerBound: flag },
  ),
  prodigy: some(
    {},
    {
      learningRate: rate,
      betas: fc.tuple(memory, memory),
      beta3: memory,
      eps: small,
      estimLr0: small,
      estimLrCoef: fc.constantFrom(1, 0.5),
      weightDecay: weight,
      safeguardWarmup: flag,
    },
  ),
  simplifiedAdemamix: some(rated, { ...rooted, alpha: factor, weightDecay: weight }),
  adabelief: some(rated, { ...rooted, ...counted, nesterov: flag }),
  adadelta: some({}, { learningRate: rate, rho: memory, eps: small, weightDecay: weight }),
  adafactor: some(
    {},
    {
      learningRate: rate,
      minDimSizeToFactor: fc.constantFrom(2, 128),
      multiplyByParameterScale: flag,
      momentum: memory,
      factored: flag,
    },
  ),
  adagrad: some(rated, { initialAccumulatorValue: fc.constantFrom(0.1, 0, 1), eps: small }),
  adam: some(rated, { ...rooted, ...counted, nesterov: flag }),
  adamax: some(rated, { ...moments, ...counted }),
  adamaxw: some(rated, { ...moments, ...counted, weightDecay: weight }),
  adamw: some(rated, { ...rooted, ...counted, weightDecay: weight, nesterov: flag }),
  adan: some(rated, { ...rooted, b3: memory, lookAhead: fc.constantFrom('optax' as const, 'authors' as const) }),
  amsgrad: some(rated, { ...rooted, ...counted, biasCorrectionMu: flag, biasCorrectionNu: flag }),
  fromage: some(rated, { minNorm: small }),
  lamb: some(rated, { ...rooted, weightDecay: weight }),
  lars: some(rated, {
    weightDecay: weight,
    trustCoefficient: fc.constantFrom(0.001, 0.1),
    momentum: memory,
    nesterov: flag,
  }),
  lbfgs: some(
    { linesearch: fc.constant('none' as const) },
    { learningRate: rate, memorySize: fc.integer({ min: 1, max: 4 }), scaleInitPrecond: flag },
  ),
  lion: some(rated, { b1: memory, b2: memory, weightDecay: weight }),
  nadam: some(rated, { ...rooted, ...counted }),
  nadamw: some(rated, { ...rooted, ...counted, weightDecay: weight }),
  noisySgd: some(rated, { eta: weight, gamma: factor, key: fc.nat(99) }),
  novograd: some(rated, { ...rooted, weightDecay: weight }),
  optimisticAdam: some(rated, { ...rooted, optimism: factor, nesterov: flag }),
  optimisticAdamV2: some(rated, { ...rooted, alpha: factor, beta: factor, nesterov: flag }),
  optimisticGradientDescent: some(rated, { alpha: factor, beta: factor }),
  polyakSgd: some(
    {},
    {
      maxLearningRate: fc.constantFrom(1, 0.1),
      scaling: rate,
      fMin: factor,
      eps: small,
      variant: fc.constantFrom('sps' as const, 'sps+' as const),
    },
  ),
  radam: some(rated, { ...rooted, threshold: fc.constantFrom(5, 1), nesterov: flag }),
  rmsprop: some(rated, {
    decay: memory,
    eps: fc.constantFrom(1e-3, 0.1),
    initialScale: factor,
    epsInSqrt: fc.constant(true),
    centered: flag,
    momentum: memory,
    nesterov: flag,
    biasCorrection: flag,
  }),
  rprop: some(
    { learningRate: fc.constantFrom(0.1, 0.01) },
    { etaMinus: fc.constantFrom(0.5, 0.9), etaPlus: fc.constantFrom(1.2, 2), lag: flag },
  ),
  sgd: some(rated, { momentum: memory, nesterov: flag }),
  signSgd: some(rated),
  signum: some(rated, { beta: memory }),
  sm3: some(rated, { momentum: memory }),
  yogi: some(rated, { ...moments, ...counted }),
} as const
