import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adamw, disposeExcept, step, valueAndGrad } from 'polyak'
import { importParams, importState } from 'polyak/interop'
import { torchRun } from './files/torchRun.js'

/** Five steps of `torch.optim.AdamW` were written by `torch_to_safetensors` of laws/checks/interop/states.py; the next
 *  five are taken here, and end where PyTorch ends. */
export const goOnWithATorchRun = async () => {
  const like = { kernel: tf.zeros([2, 1]), bias: tf.zeros([1]) }
  const { params } = await importParams({
    files: [torchRun],
    like,
    only: ['model.*'],
    rename: [
      ['model.weight', 'kernel'],
      ['model.*', '*'],
    ],
    transpose: ['model.weight'],
  })
  const optimizer = adamw({ learningRate: 0.0625, weightDecay: 0.125 })
  const state = await importState({
    from: 'torch',
    source: torchRun,
    optimizer,
    params,
    rename: [['weight', 'kernel']],
    transpose: ['weight'],
  })
  const steps = state[0].count

  const inputs = tf.tensor2d([1, 2, 3, -1, 0.5, 0.25], [3, 2])
  const targets = tf.tensor2d([1, 2, 0], [3, 1])
  const loss = ({ kernel, bias }: typeof params) =>
    tf.mean(tf.square(tf.sub(tf.add(tf.matMul(inputs, kernel), bias), targets)))
  let now = { params, state }
  for (let i = 0; i < 5; i++) {
    const { value, grads } = valueAndGrad(loss)(now.params)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads, value], next)
    now = next
  }

  const found = { steps, kernel: [...now.params.kernel.dataSync()], bias: [...now.params.bias.dataSync()] }
  disposeExcept([now, like, inputs, targets], null)
  return found
}
