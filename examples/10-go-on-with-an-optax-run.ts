import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adamw, chain, clipByGlobalNorm, disposeExcept, step, valueAndGrad, warmupCosineDecaySchedule } from 'polyak'
import { importParams, importState } from 'polyak/interop'
import { optaxRun } from './files/optaxRun.js'

/** Five steps of a chain of optax, clipped and on a schedule, were written by `flax_to_safetensors` of
 *  laws/checks/interop/states.py; the same chain here takes the next five, and ends where optax ends. */
export const goOnWithAnOptaxRun = async () => {
  const like = { Dense_0: { kernel: tf.zeros([2, 1]), bias: tf.zeros([1]) } }
  const { params } = await importParams({ files: [optaxRun], like, only: ['params/*'], rename: [['params/*', '*']] })
  const optimizer = chain(
    clipByGlobalNorm({ maxNorm: 1 }),
    adamw({
      learningRate: warmupCosineDecaySchedule({ initValue: 0, peakValue: 0.125, warmupSteps: 3, decaySteps: 20 }),
      weightDecay: 0.0625,
    }),
  )
  const state = await importState({ from: 'optax', source: optaxRun, optimizer, params })
  const steps = state[1][2].count

  const inputs = tf.tensor2d([1, 2, 3, -1, 0.5, 0.25], [3, 2])
  const targets = tf.tensor2d([1, 2, 0], [3, 1])
  const loss = ({ Dense_0: { kernel, bias } }: typeof params) =>
    tf.mean(tf.square(tf.sub(tf.add(tf.matMul(inputs, kernel), bias), targets)))
  let now = { params, state }
  for (let i = 0; i < 5; i++) {
    const { value, grads } = valueAndGrad(loss)(now.params)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads, value], next)
    now = next
  }

  const { kernel, bias } = now.params.Dense_0
  const found = { steps, kernel: [...kernel.dataSync()], bias: [...bias.dataSync()] }
  disposeExcept([now, like, inputs, targets], null)
  return found
}
