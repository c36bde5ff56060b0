import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { disposeExcept } from '../tree/disposeExcept.js'
import { explained } from '../transformation/explained.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import * as optimizers from './index.js'

const learningRate = 0.1

/** What reads back from the device, and at which of eight steps. */
const rows: readonly (readonly [of: AnyTransformation, steps: readonly number[]])[] = [
  [optimizers.soap({ learningRate, preconditionFrequency: 3 }), [0, 3, 6]],
  [optimizers.shampoo({ learningRate, preconditionFrequency: 3, startPreconditioningStep: 2 }), [1, 2, 5]],
  [optimizers.kron({ learningRate, preconditionerUpdateProbability: 0.25 }), [3, 7]],
  [optimizers.galore({ learningRate, rank: 1, updateProjGap: 4 }), [0, 4]],
]

/** What never does. */
const never: readonly AnyTransformation[] = [
  optimizers.kron({ learningRate, memorySaveMode: 'allDiag', preconditionerUpdateProbability: 0 }),
  optimizers.dion({ learningRate, rank: 2 }),
  optimizers.dion2({ learningRate }),
  optimizers.adamuon({ learningRate }),
  optimizers.normuon({ learningRate }),
  optimizers.muon({ learningRate }),
  optimizers.adamp({ learningRate }),
  optimizers.sgdp({ learningRate }),
  optimizers.adamMini({ learningRate }),
]

/** The steps at which a tensor of the optimizer's was read. */
const readingSteps = (tx: AnyTransformation): readonly number[] => {
  const { init, update } = tx as Transformation<Opaque> // what it needs is handed to it
  const params = { kernel: tf.tensor2d([1, -2, 0.5, 3, -0.25, 0.75], [3, 2]), bias: tf.tensor1d([0.5, -1]) }
  const grads = { kernel: tf.tensor2d([0.5, 1, -0.25, 0.75, 2, -1], [3, 2]), bias: tf.tensor1d([1, 2]) }
  const reads = vi.spyOn(tf.Tensor.prototype, 'dataSync')
  let state = init(params)
  const steps = Array.from({ length: 8 }, (_, i) => i).filter(() => {
    const before = reads.mock.calls.length
    const [updates, next] = update(grads, state, params)
    const read = reads.mock.calls.length > before
    disposeExcept([state, updates], [next, params, grads])
    state = next
    return read
  })
  disposeExcept([state, params, grads], [])
  reads.mockRestore()
  return steps
}

test('what reads back from the device says so, and does so at those steps only', () => {
  const params = { kernel: tf.zeros([3, 2]), bias: tf.zeros([2]) }
  for (const [tx, steps] of rows) {
    expect(explained(tx, params)).toContain('; reads back ')
    expect(readingSteps(tx)).toEqual(steps)
  }
  for (const tx of never) {
    expect(explained(tx, params)).not.toContain('reads back')
    expect(readingSteps(tx)).toEqual([])
  }
  disposeExcept(params, [])
})

test('a step is the same whether its gradients come once or again', () => {
  const params = { kernel: tf.tensor2d([1, -2, 0.5, 3], [2, 2]) }
  const tx = optimizers.kron({ learningRate, key: 7 })
  const state = tx.init(params)
  const one = step(tx)(params, state, params)
  const again = step(tx)(params, state, params)
  expect(Array.from(one.params.kernel.dataSync())).toEqual(Array.from(again.params.kernel.dataSync()))
  disposeExcept([one, again, state, params], [])
})
