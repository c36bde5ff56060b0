import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { lbfgs } from '../optimizers/lbfgs.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { explained } from './explained.js'
import * as tf from '@tensorflow/tfjs-core'
import type { AnyTransformation } from './Transformation.js'

const params = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) }, scale: tf.scalar(1) }

/** What is told below the first line, which says what this machine can do. */
const told = (tx: AnyTransformation): string => explained(tx, params).split('\n').slice(1).join('\n')

describe('five chains on the cpu backend', () => {
  test('adam', () => {
    expect(told(adam({ learningRate: 1e-3 }))).toMatchInlineSnapshot(`
      "0 scaleByAdam, 1 scaleByLearningRate
        class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale
        last phase
          class 1: a kernel of 14 operations, run 3 times; given 8 numbers; reads params, 0.mu, updates, 0.nu; writes params, 0.mu, 0.nu
        donated: written over what it replaces, unless somebody else was handed that
        written: 9 tensors like the parameters, 120 bytes"
    `)
  })
  test('clip, adamw and an average', () => {
    expect(
      told(withMovingAverage({ decay: 0.99 })(chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3 })))),
    ).toMatchInlineSnapshot(`
      "inner.0 clipByGlobalNorm, inner.1.0 scaleByAdam, inner.1.1 addDecayedWeights, inner.1.2 scaleByLearningRate, movingAverage
        class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale
        phase 1
          class 1: a kernel of 0 operations, run 3 times; reads updates; folds treeNorm
        last phase
          class 1: a kernel of 22 operations, run 3 times; given 13 numbers; reads params, inner.1.0.mu, updates, inner.1.0.nu, average; writes params, inner.1.0.mu, inner.1.0.nu, average
        donated: written over what it replaces, unless somebody else was handed that
        written: 12 tensors like the parameters, 160 bytes"
    `)
  })
  test('a mask makes a second class', () => {
    const mask = { dense: { kernel: true, bias: false }, scale: false }
    expect(told(chain(masked({ mask })(addDecayedWeights({ weightDecay: 0.1 })), clipByGlobalNorm({ maxNorm: 1 }))))
      .toMatchInlineSnapshot(`
        "0 addDecayedWeights (masked), 1 clipByGlobalNorm
          class 1: 1 leaf, 6 elements: dense/kernel
          class 2: 2 leaves, 4 elements: dense/bias, scale
          phase 1
            class 1: a kernel of 2 operations, run 1 time; given 1 number; reads updates, params; folds treeNorm
            class 2: a kernel of 0 operations, run 2 times; reads updates; folds treeNorm
          last phase
            class 1: a kernel of 6 operations, run 1 time; given 4 numbers; reads params, updates; writes params
            class 2: a kernel of 4 operations, run 2 times; given 3 numbers; reads params, updates; writes params
          donated: written over what it replaces, unless somebody else was handed that
          written: 3 tensors like the parameters, 40 bytes"
      `)
  })
  test('a fork', () => {
    expect(
      told(applyIfFinite({ maxConsecutiveErrors: 3 })(multiSteps({ everyKSchedule: 2 })(adam({ learningRate: 1e-3 })))),
    ).toMatchInlineSnapshot(`
      "applyIfFinite: goes on as the updates decide
      applyIfFinite, inner multiSteps
        class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale
        last phase
          class 1: a kernel of 0 operations, run 3 times; reads updates; writes inner.acc
        donated: written over what it replaces, unless somebody else was handed that
        written: 3 tensors like the parameters, 40 bytes"
    `)
  })
  test('what is no equation stands between', () => {
    expect(told(chain(clipByGlobalNorm({ maxNorm: 1 }), lbfgs({ learningRate: 1 })))).toMatchInlineSnapshot(`
      "0 clipByGlobalNorm
        class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale
        phase 1
          class 1: a kernel of 0 operations, run 3 times; reads updates; folds treeNorm
        last phase
          class 1: a kernel of 3 operations, run 3 times; given 3 numbers; reads updates; writes updates
        donated: written over what it replaces, unless somebody else was handed that
        written: 3 tensors like the parameters, 40 bytes
      1.0 scaleByLbfgs: not an equation, on whole trees
      1.1 scaleByLearningRate
        class 1: 3 leaves, 10 elements: dense/kernel, dense/bias, scale
        last phase
          class 1: a kernel of 1 operation, run 3 times; given 1 number; reads updates; writes updates
        donated: written over what it replaces, unless somebody else was handed that
        written: 3 tensors like the parameters, 40 bytes
      1.2 scaleByZoomLinesearch: not an equation, on whole trees"
    `)
  })
})
