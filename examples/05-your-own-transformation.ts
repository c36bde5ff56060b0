import * as tf from '@tensorflow/tfjs-core'
import { chain, counting, described, describe, disposeExcept, equation, scaleByLearningRate, step, zeros } from 'polyak'

/** Momentum of which only the sign counts, and less and less: written once as an equation, it is typed to the last
 *  field of its state and runs on every backend. Two steps of it do what paper and pencil say. */
export const yourOwnTransformation = () => {
  const optimizer = chain(fadingSign({ decay: 0.5 }), scaleByLearningRate({ learningRate: 1 }))
  const params = { w: tf.tensor1d([10, 20, 30]) }
  const state = optimizer.init(params)
  const grads = [{ w: tf.tensor1d([1, -4, 0]) }, { w: tf.tensor1d([-1, 1, 2]) }] as const
  const first = step(optimizer)(grads[0], state, params)
  const second = step(optimizer)(grads[1], first.state, first.params)
  const result = {
    name: described(describe(optimizer)),
    count: second.state[0].count,
    trace: Array.from(second.state[0].trace.w.dataSync()),
    w: Array.from(second.params.w.dataSync()),
  }
  disposeExcept([params, state, grads, first, second], null)
  return result
}

/** m ← d·m + g,  u = sign(m) / (1 + count) */
const fadingSign = ({ decay }: { readonly decay: number }) =>
  equation({
    name: 'fadingSign',
    options: { decay },
    slots: { trace: zeros },
    host: counting,
    scalars: ({ count }) => ({ d: decay, fade: 1 / (1 + count) }),
  })((A) => ({ update, trace }, { d, fade }) => {
    const next = A.add(A.mul(d, trace), update)
    return { update: A.mul(fade, A.sign(next)), trace: next }
  })
