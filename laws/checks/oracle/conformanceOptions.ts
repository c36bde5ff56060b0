import fc from 'fast-check'
import type { TreeSpec } from '../../Numbers.js'
import { isNumbers } from '../../Numbers.js'

/** Options as they are told to both sides: schedules stand as `{ $schedule: { name, options } }`, trees of choices as
 *  `{ $tree: … }`. */
export type Told = Readonly<Record<string, unknown>>
/** Options of one constructor for given parameters. Each may be left out: defaults are compared, too. */
export type OptionsFor = (params: TreeSpec) => fc.Arbitrary<Told>

/** What options are drawn from. */
export const some = (...values: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...values)
export const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((x) => (Math.abs(x) < 1e-9 ? 0 : x))
export const unit = fc.oneof(some(0, 1, 0.5, 0.9), between(0, 1))
export const decay = fc.oneof(some(0.9, 0.99, 0.999, 0.5, 0), between(0, 0.9999))
export const rate = fc.oneof(some(0.1, 1, 0.01, 0), between(0, 0.5))
export const small = fc.oneof(some(1e-8, 1e-6, 1e-3, 0.1, 1e-16, 0), between(0, 1))
export const factor = fc.oneof(some(1, -1, 0, 0.5), between(-2, 2))
export const size = fc.oneof(some(1, 0.5, 0), between(0, 3))
export const above = fc.oneof(some(1, 0.5), between(0.01, 3))
export const flag = fc.boolean()
const steps = fc.integer({ min: 1, max: 7 })
const knots = fc.dictionary(fc.integer({ min: 1, max: 9 }).map(String), between(0.1, 1.5), {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
})

export const told = (
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  optional: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
) => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true })

const warmed = told(
  {
    initValue: rate,
    peakValue: between(0.01, 0.5),
    warmupSteps: fc.integer({ min: 1, max: 3 }),
    decaySteps: fc.integer({ min: 4, max: 9 }),
  },
  { endValue: rate, exponent: some(1, 0.5, 2) },
)
const exponential = told(
  { initValue: rate, transitionSteps: steps, decayRate: between(0.1, 1.5) },
  { transitionBegin: fc.integer({ min: 0, max: 3 }), staircase: flag },
)
const cycle = told(
  { transitionSteps: fc.integer({ min: 10, max: 20 }), peakValue: rate },
  { pctStart: some(0.3, 0.4), divFactor: some(25, 2), finalDivFactor: some(1e4, 10) },
)

/** The options of every schedule that optax and this library share. */
export const scheduleOptions: Readonly<Record<string, fc.Arbitrary<Told>>> = {
  constantSchedule: told({ value: rate }),
  linearSchedule: told(
    { initValue: rate, endValue: rate, transitionSteps: steps },
    { transitionBegin: fc.integer({ min: 0, max: 3 }) },
  ),
  polynomialSchedule: told(
    { initValue: rate, endValue: rate, power: some(1, 2, 0.5, 3), transitionSteps: steps },
    { transitionBegin: fc.integer({ min: 0, max: 3 }) },
  ),
  cosineDecaySchedule: told({ initValue: rate, decaySteps: steps }, { alpha: unit, exponent: some(1, 2, 0.5) }),
  exponentialDecay: exponential,
  piecewiseConstantSchedule: told({ initValue: rate }, { boundariesAndScales: knots }),
  piecewiseInterpolateSchedule: told({
    interpolateType: fc.constantFrom('linear', 'cosine'),
    initValue: rate,
    boundariesAndScales: knots,
  }),
  cosineOnecycleSchedule: cycle,
  linearOnecycleSchedule: cycle.chain((options) => some(0.85, 0.7).map((pctFinal) => ({ ...options, pctFinal }))),
  warmupConstantSchedule: told({ initValue: rate, peakValue: rate, warmupSteps: steps }),
  warmupCosineDecaySchedule: warmed,
  warmupExponentialDecaySchedule: fc
    .tuple(exponential, rate, fc.integer({ min: 1, max: 3 }))
    .map(([{ initValue, ...rest }, start, warmupSteps]) => ({
      ...rest,
      initValue: start,
      peakValue: initValue,
      warmupSteps,
    })),
  sgdrSchedule: told({ cosineKwargs: fc.array(warmed, { minLength: 1, maxLength: 3 }) }),
}

const plainSchedules: fc.Arbitrary<unknown> = fc
  .constantFrom(...Object.entries(scheduleOptions))
  .chain(([name, options]) => options.map((given) => ({ $schedule: { name, options: given } })))

/** Any schedule, joined ones among them. */
export const toldSchedules: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 9, arbitrary: plainSchedules },
  {
    weight: 1,
    arbitrary: fc.tuple(plainSchedules, plainSchedules, fc.integer({ min: 1, max: 6 })).map(([a, b, boundary]) => ({
      $schedule: { name: 'joinSchedules', options: { schedules: [a, b], boundaries: [boundary] } },
    })),
  },
)

export const scheduledRate = fc.oneof({ weight: 2, arbitrary: rate }, { weight: 1, arbitrary: toldSchedules })

/** A tree of choices like the parameters. */
export const choices = (params: TreeSpec, choice: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const like = (node: TreeSpec): fc.Arbitrary<unknown> =>
    node === null
      ? fc.constant(null)
      : isNumbers(node)
        ? choice
        : Array.isArray(node)
          ? fc.tuple(...node.map((child: TreeSpec) => like(child)))
          : fc.record(
              Object.fromEntries(
                Object.entries(node).map(([key, child]: readonly [string, TreeSpec]) => [key, like(child)]),
              ),
              { noNullPrototype: true },
            )
  return like(params).map(($tree) => ({ $tree }))
}

export const mask = (params: TreeSpec) => choices(params, flag)
export const same =
  (options: fc.Arbitrary<Told>): OptionsFor =>
  () =>
    options
const moments = { b1: decay, b2: decay, eps: small, epsRoot: small }
const adam = { ...moments, nesterov: flag }
const lr = { learningRate: scheduledRate }
const weighted =
  (required: Parameters<typeof told>[0], optional: Parameters<typeof told>[0], key = 'mask'): OptionsFor =>
  (params) =>
    told(required, { ...optional, weightDecay: scheduledRate, [key]: mask(params) })
const rms = { decay, eps: small, initialScale: size, epsInSqrt: flag, biasCorrection: flag }
const yogi = { b1: decay, b2: decay, eps: small }
const rprop = {
  etaMinus: between(0.1, 0.9),
  etaPlus: between(1, 2),
  minStepSize: some(1e-6, 0, 0.05),
  maxStepSize: some(50, 0.2),
}
const polyak = { maxLearningRate: above, fMin: factor, eps: small, variant: fc.constantFrom('sps', 'sps+') }
const factoring = { factored: flag, decayRate: between(0, 1.5), minDimSizeToFactor: some(2, 3, 128) }

/** What makes updates of gradients: every constructor of `optimizers` with the range of its options. */
export const optimizerOptions: Readonly<Record<string, OptionsFor>> = {
  sgd: same(told(lr, { momentum: unit, nesterov: flag })),
  adam: same(told(lr, adam)),
  nadam: same(told(lr, moments)),
  adamw: weighted(lr, adam),
  nadamw: weighted(lr, moments),
  adamax: same(told(lr, yogi)),
  adamaxw: weighted(lr, yogi),
  amsgrad: same(told(lr, { ...moments, biasCorrectionMu: flag, biasCorrectionNu: flag })),
  adabelief: same(told(lr, adam)),
  adadelta: weighted({}, { ...lr, rho: decay, eps: small }, 'weightDecayMask'),
  adafactor: (params) =>
    told(
      {},
      {
        ...lr,
        ...factoring,
        multiplyByParameterScale: flag,
        momentum: decay,
        weightDecayRate: rate,
        eps: some(1e-30, 1e-8, 0.1),
        clippingThreshold: fc.oneof(above as fc.Arbitrary<unknown>, fc.constant('none')),
        weightDecayMask: mask(params),
      },
    ),
  adagrad: same(told(lr, { initialAccumulatorValue: size, eps: small })),
  adan: weighted(lr, { ...moments, b3: decay }),
  fromage: same(told(lr, { minNorm: small })),
  lamb: weighted(lr, moments),
  lars: (params) =>
    told(lr, {
      weightDecay: scheduledRate,
      weightDecayMask: mask(params),
      trustCoefficient: size,
      eps: small,
      trustRatioMask: mask(params),
      momentum: unit,
      nesterov: flag,
    }),
  lion: weighted(lr, { b1: unit, b2: unit }),
  noisySgd: same(told({ ...lr, eta: fc.constant(0) }, { gamma: unit })),
  novograd: same(told({ learningRate: rate }, { b1: unit, b2: unit, eps: small, epsRoot: small, weightDecay: rate })),
  optimisticGradientDescent: same(told(lr, { alpha: factor, beta: factor })),
  optimisticAdam: same(told({ learningRate: rate }, { ...adam, optimism: factor })),
  optimisticAdamV2: same(told(lr, { ...adam, alpha: factor, beta: factor })),
  polyakSgd: same(told({}, { ...polyak, scaling: scheduledRate })),
  radam: same(told(lr, { ...adam, threshold: some(5, 4.5, 6) })),
  rmsprop: same(told(lr, { ...rms, centered: flag, momentum: unit, nesterov: flag })),
  rprop: same(told({ learningRate: rate }, rprop)),
  signSgd: same(told(lr)),
  signum: same(told(lr, { beta: decay })),
  sm3: same(told({ learningRate: rate }, { momentum: unit })),
  yogi: same(told(lr, yogi)),
}

/** Every constructor of `transforms` that does not need more than gradients, parameters and a loss. */
export const transformOptions: Readonly<Record<string, OptionsFor>> = {
  identity: same(told({})),
  setToZero: same(told({})),
  scale: same(told({ stepSize: factor })),
  scaleByLearningRate: same(told(lr, { flipSign: flag })),
  scaleBySchedule: same(told({ stepSizeFn: toldSchedules })),
  scaleBySign: same(told({})),
  scaleByAdam: same(told({}, adam)),
  scaleByAmsgrad: same(told({}, { ...moments, biasCorrectionMu: flag, biasCorrectionNu: flag })),
  scaleByAdamax: same(told({}, yogi)),
  scaleByBelief: same(told({}, adam)),
  scaleByYogi: same(told({}, { ...moments, initialAccumulatorValue: size })),
  scaleByRadam: same(told({}, { ...adam, threshold: some(5, 4.5, 6) })),
  scaleByAdan: same(told({}, { ...moments, b3: decay })),
  scaleByLion: same(
    told({}, { b1: unit, b2: unit, mode: fc.constantFrom('hard', 'smooth', 'refined'), smoothBeta: factor }),
  ),
  scaleByRms: same(told({}, rms)),
  scaleByStddev: same(told({}, rms)),
  scaleByRss: same(told({}, { initialAccumulatorValue: size, eps: small })),
  scaleByAdadelta: same(told({}, { rho: decay, eps: small })),
  scaleByFactoredRms: same(told({}, { ...factoring, stepOffset: some(0, -3), epsilon: some(1e-30, 1e-8, 0.1) })),
  scaleByNovograd: same(told({}, { b1: unit, b2: unit, eps: small, epsRoot: small, weightDecay: rate })),
  scaleBySm3: same(told({}, { b1: unit, b2: unit, eps: small })),
  scaleByRprop: same(told({ learningRate: rate }, rprop)),
  scaleByOptimisticGradient: same(told({}, { alpha: factor, beta: factor })),
  scaleByTrustRatio: same(told({}, { minNorm: small, trustCoefficient: size, eps: small })),
  scaleByParamBlockNorm: same(told({}, { minScale: small })),
  scaleByParamBlockRms: same(told({}, { minScale: small })),
  scaleByPolyak: same(told({}, polyak)),
  scaleByDistanceOverGradients: same(told({}, { repsRel: small, eps: small, globalScale: size })),
  normalizeByUpdateNorm: same(told({}, { scaleFactor: factor, eps: small })),
  centralize: same(told({})),
  trace: same(told({ decay: unit }, { nesterov: flag })),
  ema: same(told({ decay }, { debias: flag })),
  applyEvery: same(told({}, { k: fc.integer({ min: 1, max: 4 }) })),
  addDecayedWeights: weighted({}, {}),
  addNoise: same(told({ eta: fc.constant(0), gamma: unit })),
  clip: same(told({ maxDelta: size })),
  clipByBlockRms: same(told({ threshold: above })),
  clipByGlobalNorm: same(told({ maxNorm: size })),
  adaptiveGradClip: same(told({ clipping: size }, { eps: small })),
  keepParamsNonnegative: same(told({})),
  zeroNans: same(told({})),
}
