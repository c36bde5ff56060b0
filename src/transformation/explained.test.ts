import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { chooseExecutor } from '../engine/chooseExecutor.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { explained } from './explained.js'

const params = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) }, scale: tf.scalar(1) }

test('begins with the executor in force, and why', () => {
  const { name, why } = chooseExecutor()
  expect(name).toBe(backendName)
  expect(explained(adam({ learningRate: 1e-3 }), params).split('\n')[0]).toBe(`${name}: ${why}`)
  tf.tidy(() => tf.grad((x) => (taped(), tf.square(x)))(tf.scalar(1)))
})

const taped = (): void =>
  expect(explained(adam({ learningRate: 1e-3 }), params)).toMatch(/^eager: a gradient tape is recording\n/)

/** The same chain, as each executor runs it. */
const clipped = chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 1e-3 }))
const kernels = [
  '0 clipByGlobalNorm, 1.0 scaleByAdam, 1.1 scaleByLearningRate',
  '  class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale',
  '  phase 1',
  '    class 1: a kernel of 0 operations, run 3 times; reads updates; folds treeNorm',
  '  last phase',
  '    class 1: a kernel of 17 operations, run 3 times; given 11 numbers; reads params, 1.0.mu, updates, 1.0.nu; writes params, 1.0.mu, 1.0.nu',
  '  donated: written over what it replaces, unless somebody else was handed that',
  '  written: 9 tensors like the parameters, 120 bytes',
]
const golden: Readonly<Record<typeof backendName, readonly string[]>> = {
  cpu: kernels,
  wasm: kernels,
  webgl: [
    '0 clipByGlobalNorm, 1.0 scaleByAdam, 1.1 scaleByLearningRate',
    '  class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale',
    '  phase 1',
    '    table 1 of squares per tree',
    '      class 1: folds over 3 leaves; reads updates',
    '  last phase',
    '    class 1: a draw for each of 3 leaves; reads params, 1.0.mu, updates, 1.0.nu, table 1; writes params, 1.0.mu, 1.0.nu',
    '  donated: textures of their own; what they replace goes when its leaf is drawn',
    '  written: 9 tensors like the parameters, 120 bytes',
  ],
}

test('then the phases, and what is read and written in each', () => {
  expect(explained(clipped, params).split('\n').slice(1)).toEqual(golden[backendName])
})

test('makes no tensor', () => {
  const start = tf.memory().numTensors
  explained(
    withMovingAverage({ decay: 0.9 })(chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1 }))),
    params,
  )
  expect(tf.memory().numTensors).toBe(start)
})

describe('options with other numbers are the same text', () => {
  test('and other trees are not', () => {
    expect(explained(adam({ learningRate: 1, b1: 0.5 }), params)).toBe(explained(adam({ learningRate: 2 }), params))
    expect(explained(adam({ learningRate: 1 }), params.dense)).not.toBe(explained(adam({ learningRate: 1 }), params))
  })
})
