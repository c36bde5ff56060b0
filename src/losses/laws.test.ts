import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { backendName } from '../../laws/checks/backend.js'
import { type LossOfBatch, lossLaws, type LossOptions } from '../../laws/lossLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { hingeLoss } from './hingeLoss.js'
import { huberLoss } from './huberLoss.js'
import { l2Loss } from './l2Loss.js'
import { logCosh } from './logCosh.js'
import { safeSoftmaxCrossEntropy } from './safeSoftmaxCrossEntropy.js'
import { sigmoidBinaryCrossEntropy } from './sigmoidBinaryCrossEntropy.js'
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js'
import { squaredError } from './squaredError.js'

const errors = { zeroAtTruth: true }
const share = { targets: fc.constantFrom(0, 1, 0.5, 0.25) }

const rows: readonly (readonly [name: string, loss: LossOfBatch, options: LossOptions])[] = [
  ['squaredError', (z, y) => squaredError(z, y), errors],
  ['l2Loss', (z, y) => l2Loss(z, y), errors],
  ['huberLoss', (z, y) => huberLoss(z, y), errors],
  ['logCosh', (z, y) => logCosh(z, y), errors],
  ['sigmoidBinaryCrossEntropy', (z, y) => sigmoidBinaryCrossEntropy(z, y), share],
  ['softmaxCrossEntropy', (z, y) => softmaxCrossEntropy(z, y), share],
  ['safeSoftmaxCrossEntropy', (z, y) => safeSoftmaxCrossEntropy(z, y), share],
  ['hingeLoss', (z, y) => hingeLoss(z, y), { targets: fc.constantFrom(-1, 1) }],
  ['the mean of squares', (z, y) => tf.mean(squaredError(z, y)), { ...errors, byRow: false }],
]

for (const [name, loss, options] of rows)
  describeLaws({ ...lossLaws(loss, options), name: `loss ${name}` }, { numRuns: backendName === 'webgl' ? 1 : 10 })
