import fc from 'fast-check'
import {
  above,
  between,
  decay,
  factor,
  flag,
  mask,
  type OptionsFor,
  rate,
  same,
  scheduledRate,
  size,
  small,
  some,
  told,
  unit,
} from './conformanceOptions.js'

const tiny = fc.oneof(some(1e-8, 1e-6, 1e-3, 0.1), between(1e-8, 1))
const positiveRate = fc.oneof(some(0.1, 1, 0.01), between(0.01, 0.5))
const moments = { b1: decay, b2: decay, eps: tiny, epsRoot: small }
const mixed = { ...moments, b3: unit, alpha: size }
const betas = fc.tuple(decay, decay)
const lr = { learningRate: scheduledRate }
const decayed =
  (required: Parameters<typeof told>[0], optional: Parameters<typeof told>[0]): OptionsFor =>
  (params) =>
    told(required, { ...optional, weightDecay: rate, mask: mask(params) })
const bounded = { lowerBound: factor, weightDecay: rate, adaptLowerBound: flag }
const freed = {
  warmupSteps: fc.integer({ min: 1, max: 4 }),
  b1: some(0.9, 0.5, 1, 0.95),
  weightDecay: rate,
  weightLrPower: some(2, 0, 1),
}
const initStep = fc.tuple(fc.constantFrom('distance', 'heuristic', 'learningRate'), some(1e-6, 0.1, 1))
const orthogonal = {
  nsSteps: fc.integer({ min: 1, max: 5 }),
  beta: decay, // at 1 optax divides by 1 − βᵗ = 0; here it is refused
  nesterov: flag,
  adaptive: flag,
  preconditioning: fc.constantFrom('frobenius', 'aol', 'schatten'),
}

/** The optimizers of optax.contrib with the range of their options. */
export const contribOptimizers: Readonly<Record<string, OptionsFor>> = {
  acprop: decayed(lr, moments),
  ademamix: decayed(lr, mixed),
  simplifiedAdemamix: decayed(lr, { ...moments, alpha: size }),
  adopt: same(told(lr, { b1: decay, b2: decay, eps: tiny, nesterov: flag, useClipping: flag })),
  cocob: decayed({}, { ...lr, alpha: some(100, 10, 1), eps: tiny }),
  // rates above 0: with the first at 0 optax is NaN from there on
  dadaptAdamw: same(told({}, { learningRate: positiveRate, betas, eps: tiny, estimLr0: tiny, weightDecay: rate })),
  dog: decayed({}, { ...lr, initStep, eps: tiny }),
  dowg: decayed({}, { ...lr, initEstimSqDist: tiny, eps: tiny }),
  madgrad: same(told(lr, { momentum: decay, weightDecay: rate, eps: tiny })),
  momo: same(told({}, { ...lr, beta: decay, ...bounded })),
  momoAdam: same(told({}, { ...lr, b1: decay, b2: decay, eps: tiny, ...bounded })),
  muon: same(
    told(
      { learningRate: rate },
      { ...orthogonal, weightDecay: rate, adamB1: decay, adamB2: decay, consistentRms: size },
    ),
  ),
  prodigy: same(
    told(
      {},
      {
        learningRate: positiveRate,
        betas,
        beta3: decay,
        eps: tiny,
        estimLr0: tiny,
        estimLrCoef: above,
        weightDecay: rate,
        safeguardWarmup: flag,
      },
    ),
  ),
  scheduleFreeAdamw: same(told({}, { learningRate: positiveRate, ...freed, b2: decay, eps: tiny })),
  scheduleFreeSgd: same(told({}, { learningRate: positiveRate, ...freed })),
}

/** The transformations of optax.contrib. */
export const contribTransforms: Readonly<Record<string, OptionsFor>> = {
  normalize: same(told({})),
  reduceOnPlateau: same(
    told(
      { rtol: some(1e-4, 0.1, 0.5) },
      {
        factor: between(0.1, 0.9),
        patience: fc.integer({ min: 1, max: 3 }),
        atol: some(0, 0.1),
        cooldown: fc.integer({ min: 0, max: 2 }),
        accumulationSize: fc.integer({ min: 1, max: 3 }),
        minScale: some(0, 0.05, 0.5),
      },
    ),
  ),
  scaleByAcprop: same(told({}, moments)),
  scaleByAdemamix: same(told({}, mixed)),
  scaleByAdopt: same(told({}, { b1: decay, b2: decay, eps: tiny, nesterov: flag, useClipping: flag })),
  scaleByCocob: same(told({}, { alpha: some(100, 10, 1), eps: tiny })),
  scaleBySimplifiedAdemamix: same(told({}, { ...moments, alpha: size })),
}

/** Its wrappers. */
export const contribWrappers: Readonly<Record<string, OptionsFor>> = {
  mechanize: same(told({}, { weightDecay: rate, eps: tiny, sInit: tiny, numBetas: fc.integer({ min: 1, max: 6 }) })),
}

/** What `scheduleFree` is told. */
export const freeing = told({ learningRate: positiveRate }, { b1: some(0.9, 0.5, 1), weightLrPower: some(2, 0, 1) })

/** What `sam` is told: with a period of 1 it departs. */
export const sharpening = told({ syncPeriod: fc.integer({ min: 2, max: 3 }) }, { resetState: flag })
