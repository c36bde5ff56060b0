import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/backend.js'
import { dyadic } from '../../laws/arbitraries/numbers.js'
import { optimizerOptions } from '../../laws/arbitraries/optimizerOptions.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { bounded, homogeneous, linear, odd } from '../../laws/transformation/optionalLaws.js'
import type { TransformationOptions } from '../../laws/transformation/Subject.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { describe } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import * as optimizers from './index.js'

interface Row extends TransformationOptions {
  readonly of: AnyTransformation
  readonly except?: Readonly<Record<string, string>>
}

const learningRate = 0.1
const one = (of: AnyTransformation, options: Omit<Row, 'of'> = {}): Row => ({ of, ...options })
const whole = { couples: true }

/** Every optimizer of the barrel by its name, with options that matter. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  adabelief: [one(optimizers.adabelief({ learningRate }))],
  adadelta: [one(optimizers.adadelta({ learningRate, weightDecay: 0.01 }))],
  adafactor: [one(optimizers.adafactor({ learningRate })), one(optimizers.adafactor({ learningRate, momentum: 0.9, minDimSizeToFactor: 2 }))],
  adagrad: [one(optimizers.adagrad({ learningRate }))],
  adam: [one(optimizers.adam({ learningRate })), one(optimizers.adam({ learningRate: (t) => 0.1 / (1 + t), nesterov: true }))],
  adamax: [one(optimizers.adamax({ learningRate }))],
  adamaxw: [one(optimizers.adamaxw({ learningRate }))],
  adamw: [one(optimizers.adamw({ learningRate, weightDecay: 0.1 }))],
  adan: [one(optimizers.adan({ learningRate }))],
  amsgrad: [one(optimizers.amsgrad({ learningRate }))],
  fromage: [one(optimizers.fromage({ learningRate }))],
  lamb: [one(optimizers.lamb({ learningRate }))],
  lars: [one(optimizers.lars({ learningRate }))],
  lbfgs: [one(optimizers.lbfgs({ learningRate, linesearch: 'none' }), whole)],
  lion: [one(optimizers.lion({ learningRate }))],
  nadam: [one(optimizers.nadam({ learningRate }))],
  nadamw: [one(optimizers.nadamw({ learningRate }))],
  noisySgd: [one(optimizers.noisySgd({ learningRate, key: 7 }), {
    ...whole, except: { names: 'the noise of a leaf is drawn by its place in the tree' },
  })],
  novograd: [one(optimizers.novograd({ learningRate }))],
  optimisticAdam: [one(optimizers.optimisticAdam({ learningRate }))],
  optimisticAdamV2: [one(optimizers.optimisticAdamV2({ learningRate }))],
  optimisticGradientDescent: [one(optimizers.optimisticGradientDescent({ learningRate }))],
  polyakSgd: [one(optimizers.polyakSgd({}), { ...whole, extra: { value: 2 } })],
  radam: [one(optimizers.radam({ learningRate }))],
  rmsprop: [one(optimizers.rmsprop({ learningRate })), one(optimizers.rmsprop({ learningRate, centered: true, momentum: 0.5, eps: 1e-2 }))],
  rprop: [one(optimizers.rprop({ learningRate }))],
  sgd: [one(optimizers.sgd({ learningRate })), one(optimizers.sgd({ learningRate, momentum: 0.9, nesterov: true }))],
  signSgd: [one(optimizers.signSgd({ learningRate }))],
  signum: [one(optimizers.signum({ learningRate }))],
  sm3: [one(optimizers.sm3({ learningRate }))],
  yogi: [one(optimizers.yogi({ learningRate }))],
}

test('every optimizer has a row, and the backend is there', () => {
  expect(Object.keys(rows).toSorted()).toEqual(Object.keys(optimizers).toSorted())
  expect(tf.getBackend()).toBe(backendName)
})

test('arbitraries are there for every optimizer, and make options that it accepts', () => {
  expect(Object.keys(optimizerOptions).toSorted()).toEqual(Object.keys(optimizers).toSorted())
  const make: Readonly<Record<string, (options: never) => AnyTransformation>> = optimizers
  for (const [name, options] of Object.entries(optimizerOptions))
    fc.assert(fc.property(options, (given) => { expect(make[name]?.(given as never)).toHaveProperty('update') }), { numRuns: 20 }) // by its name
})

test('each is described by the name of its constructor', () => {
  for (const [name, all] of Object.entries(rows)) for (const { of } of all) expect(describe(of).name).toBe(name)
})

const runs = { numRuns: backendName === 'webgl' ? 1 : 10 }

for (const { of, except = {}, ...options } of Object.values(rows).flat()) describeLaws(transformationLaws(of, options), { ...runs, except })

const more = { numRuns: backendName === 'webgl' ? 2 : 20 }

describeLaws(linear(optimizers.sgd({ learningRate, momentum: 0.5 })), more)
describeLaws(linear(optimizers.optimisticGradientDescent({ learningRate })), more)
describeLaws(homogeneous(1)(optimizers.sgd({ learningRate, momentum: 0.5, nesterov: true })), more)
describeLaws(homogeneous(0)(optimizers.adam({ learningRate, eps: 0 }), { cases: trainings({ gradients: dyadic.map((x) => x + Math.sign(x || 1) / 32), missing: false }) }), more)
describeLaws(homogeneous(0)(optimizers.lion({ learningRate })), more)
describeLaws(homogeneous(0)(optimizers.signum({ learningRate })), more)
for (const tx of [optimizers.adam({ learningRate }), optimizers.adamax({ learningRate }), optimizers.radam({ learningRate }), optimizers.rmsprop({ learningRate }), optimizers.lion({ learningRate, weightDecay: 0 })])
  describeLaws(odd(tx), more)
describeLaws(bounded(learningRate)(optimizers.lion({ learningRate, weightDecay: 0 })), more)
describeLaws(bounded(learningRate)(optimizers.signSgd({ learningRate })), more)
