import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import * as averaging from '../averaging/index.js'
import { injectHyperparams, masked, multiSteps } from '../combinators/index.js'
import type { Schedule } from '../scalars/Schedule.js'
import { joinSchedules } from '../schedules/index.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import * as transforms from '../transforms/index.js'
import * as optimizers from './index.js'

type Maker = (s: Schedule) => AnyTransformation

/** Every option that takes a schedule, as the constructor that a user calls knows it. */
const rated: Readonly<Record<string, (given: { learningRate: Schedule }) => AnyTransformation>> = {
  acprop: optimizers.acprop,
  adabelief: optimizers.adabelief,
  adadelta: optimizers.adadelta,
  adafactor: optimizers.adafactor,
  adagrad: optimizers.adagrad,
  adam: optimizers.adam,
  adamax: optimizers.adamax,
  adamaxw: optimizers.adamaxw,
  adamw: optimizers.adamw,
  adan: optimizers.adan,
  ademamix: optimizers.ademamix,
  adopt: optimizers.adopt,
  amsgrad: optimizers.amsgrad,
  cocob: optimizers.cocob,
  dadaptAdamw: optimizers.dadaptAdamw,
  dog: optimizers.dog,
  dowg: optimizers.dowg,
  fromage: optimizers.fromage,
  lamb: optimizers.lamb,
  lars: optimizers.lars,
  lion: optimizers.lion,
  madgrad: optimizers.madgrad,
  muon: optimizers.muon,
  nadam: optimizers.nadam,
  nadamw: optimizers.nadamw,
  novograd: optimizers.novograd,
  optimisticAdam: optimizers.optimisticAdam,
  optimisticAdamV2: optimizers.optimisticAdamV2,
  optimisticGradientDescent: optimizers.optimisticGradientDescent,
  prodigy: optimizers.prodigy,
  radam: optimizers.radam,
  rmsprop: optimizers.rmsprop,
  sgd: optimizers.sgd,
  signSgd: optimizers.signSgd,
  simplifiedAdemamix: optimizers.simplifiedAdemamix,
  sm3: optimizers.sm3,
  yogi: optimizers.yogi,
  normuon: optimizers.normuon,
  soap: optimizers.soap,
  kron: optimizers.kron,
  shampoo: optimizers.shampoo,
  dion: optimizers.dion,
  dion2: optimizers.dion2,
  adamuon: optimizers.adamuon,
  adamp: optimizers.adamp,
  sgdp: optimizers.sgdp,
  adamMini: optimizers.adamMini,
  laprop: optimizers.laprop,
  mars: optimizers.mars,
  stableAdamw: optimizers.stableAdamw,
  tiger: optimizers.tiger,
  scaleByLearningRate: transforms.scaleByLearningRate,
}
const decaying: Readonly<
  Record<string, (given: { learningRate: number; weightDecay: Schedule }) => AnyTransformation>
> = {
  soap: optimizers.soap,
  kron: optimizers.kron,
  shampoo: optimizers.shampoo,
  adamp: optimizers.adamp,
  sgdp: optimizers.sgdp,
  adamMini: optimizers.adamMini,
  laprop: optimizers.laprop,
  mars: optimizers.mars,
  stableAdamw: optimizers.stableAdamw,
  tiger: optimizers.tiger,
  acprop: optimizers.acprop,
  ademamix: optimizers.ademamix,
  cocob: optimizers.cocob,
  dog: optimizers.dog,
  dowg: optimizers.dowg,
  madgrad: optimizers.madgrad,
  simplifiedAdemamix: optimizers.simplifiedAdemamix,
  adadelta: optimizers.adadelta,
  adamaxw: optimizers.adamaxw,
  adamw: optimizers.adamw,
  adan: optimizers.adan,
  lamb: optimizers.lamb,
  lars: optimizers.lars,
  lion: optimizers.lion,
  nadamw: optimizers.nadamw,
  novograd: optimizers.novograd,
}
const all: readonly (readonly [where: string, make: Maker])[] = [
  ...Object.entries(rated).map(
    ([name, make]) => [`${name}: learningRate`, (s: Schedule) => make({ learningRate: s })] as const,
  ),
  ...Object.entries(decaying).map(
    ([name, make]) => [`${name}: weightDecay`, (s: Schedule) => make({ learningRate: 0.1, weightDecay: s })] as const,
  ),
  ['galore: learningRate', (s) => optimizers.galore({ learningRate: s })],
  [
    'dpsgd: learningRate',
    (s) => optimizers.dpsgd({ learningRate: s, l2NormClip: 1, noiseMultiplier: 0, batchSize: 1 }),
  ],
  ['sophia: learningRate', (s) => optimizers.sophia({ learningRate: s })],
  ['muon: adamLearningRate', (s) => optimizers.muon({ learningRate: 1, adamLearningRate: s })],
  ['ademamix: b3', (s) => optimizers.ademamix({ learningRate: 1, b3: s })],
  ['ademamix: alpha', (s) => optimizers.ademamix({ learningRate: 1, alpha: s })],
  ['simplifiedAdemamix: alpha', (s) => optimizers.simplifiedAdemamix({ learningRate: 1, alpha: s })],
  ['adopt: clipValueFn', (s) => optimizers.adopt({ learningRate: 1, clipValueFn: s })],
  ['lbfgs: learningRate', (s) => optimizers.lbfgs({ learningRate: s, linesearch: 'none' })],
  ['noisySgd: learningRate', (s) => optimizers.noisySgd({ learningRate: s })],
  ['signum: learningRate', (s) => optimizers.signum({ learningRate: s })],
  ['adafactor: weightDecayRate', (s) => optimizers.adafactor({ weightDecayRate: s })],
  ['addDecayedWeights: weightDecay', (s) => transforms.addDecayedWeights({ weightDecay: s })],
  ['scaleByNovograd: weightDecay', (s) => transforms.scaleByNovograd({ weightDecay: s })],
  ['scaleBySchedule: stepSizeFn', (s) => transforms.scaleBySchedule({ stepSizeFn: s })],
  ['scaleByOptimisticGradient: alpha', (s) => transforms.scaleByOptimisticGradient({ alpha: s })],
  ['scaleByFactoredRms: decayRateFn', (s) => transforms.scaleByFactoredRms({ decayRateFn: s })],
  ['withMovingAverage: decay', (s) => averaging.withMovingAverage({ decay: s })(optimizers.sgd({ learningRate: 1 }))],
  [
    'withMovingAverage: numUpdates',
    (s) => averaging.withMovingAverage({ numUpdates: s })(optimizers.sgd({ learningRate: 1 })),
  ],
  ['multiSteps: everyKSchedule', (s) => multiSteps({ everyKSchedule: s })(optimizers.sgd({ learningRate: 1 }))],
  [
    'joinSchedules: schedules.1',
    (s) => optimizers.sgd({ learningRate: joinSchedules({ schedules: [() => 1, s], boundaries: [0] }) }),
  ],
  ['adam: learningRate', (s) => masked({ mask: true })(optimizers.adam({ learningRate: s }))],
  ['sgd: learningRate', (s) => injectHyperparams(optimizers.sgd)({ learningRate: s })],
]

const bad: readonly (readonly [shown: string, value: unknown])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['undefined', undefined],
  ["'0.1'", '0.1'],
  ['1n', 1n],
  ['null', null],
]

const first = (make: Maker, value: unknown) => {
  const params = { w: tf.tensor1d([1, 2]) }
  const grads = { w: tf.tensor1d([1, 1]) }
  const tx = make(() => value as number) as Transformation<Opaque> // wrong on purpose
  const state = tx.init(params)
  const before = tf.memory().numTensors
  const errors = [() => tx.update(grads, state, params), () => step(tx)(grads, state, params)].map((act) => {
    try {
      act()
      return undefined
    } catch (error) {
      return String(error)
    }
  })
  return { errors, made: tf.memory().numTensors - before }
}

describe('a schedule that gives what is no value of the option', () => {
  test.each(all)('%s', (where, make) => {
    for (const [shown, value] of bad) {
      let told: readonly unknown[]
      try {
        const { errors, made } = first(make, value)
        expect(made).toBe(0)
        told = errors
      } catch (error) {
        told = [String(error)] // at construction, as `injectHyperparams` does
      }
      for (const one of told) {
        expect(one).toMatch(/^(Range|Type)Error: /)
        expect(one).toContain(`: ${where}(0`)
        expect(one).toContain(`found ${shown}.`)
      }
    }
  })

  test('at a later count it names that count, and nothing has moved', () => {
    const tx = optimizers.adam({ learningRate: (count) => (count < 2 ? 0.1 : Number.NaN) })
    const params = { w: tf.scalar(1) }
    const grads = { w: tf.scalar(1) }
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 2; i++) now = step(tx)(grads, now.state, now.params)
    expect(() => step(tx, { donate: true })(grads, now.state, now.params)).toThrow(
      'adam: learningRate(2) must be a finite number ≥ 0, found NaN.',
    )
    expect(now.params.w.dataSync()[0]).toBeCloseTo(0.8, 5)
  })

  test('a negative rate and a decay above 1 are out of range, as numbers are', () => {
    expect(first((s) => optimizers.sgd({ learningRate: s }), -1).errors[0]).toBe(
      'RangeError: sgd: learningRate(0) must be a finite number ≥ 0, found -1. Mend the function: every result is checked like an option.',
    )
    expect(
      first((s) => averaging.withMovingAverage({ decay: s })(optimizers.sgd({ learningRate: 1 })), 1.5).errors[1],
    ).toContain('withMovingAverage: decay(0) must be a number in [0, 1], found 1.5.')
  })
})
