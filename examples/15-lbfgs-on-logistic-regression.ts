import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adam, disposeExcept, lbfgs, minimize, valueAndGrad } from 'polyak'

/** Logistic regression with features of very different sizes: thirty steps of L-BFGS come a hundred times nearer to rest
 *  than thirty of Adam. */
export const lbfgsOnLogisticRegression = async () => {
  const [x, y] = examples()
  const loss = (p: Weights): tf.Tensor => {
    const z = tf.reshape(tf.matMul(x, tf.reshape(p.w, [-1, 1])), [-1])
    const soft = tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))))
    return tf.add(tf.mean(tf.sub(soft, tf.mul(y, z))), tf.mul(1e-3, tf.sum(tf.square(p.w))))
  }
  const slopeAt = async (p: Weights): Promise<number> => {
    const { value, grads } = valueAndGrad(loss)(p)
    const norm = tf.tidy(() => tf.norm(grads.w ?? 0))
    const [found = Number.NaN] = await norm.data()
    disposeExcept([value, grads, norm], null)
    return found
  }
  const quasiNewton = lbfgs()
  // the line search asks for the loss elsewhere, too
  const descend = minimize(quasiNewton, loss, { extra: ({ value, grads }) => ({ value, grad: grads, valueFn: loss }) })
  const params: Weights = { w: tf.zeros([6]) }
  let now = { params, state: quasiNewton.init(params) }
  for (let i = 0; i < steps; i++) {
    const { value, ...next } = descend(now)
    disposeExcept([value, now], [next, params])
    now = next
  }
  const firstOrder = adam({ learningRate: 0.1 })
  let other = { params, state: firstOrder.init(params) }
  for (let i = 0; i < steps; i++) {
    const { value, ...next } = minimize(firstOrder, loss)(other)
    disposeExcept([value, other], [next, params])
    other = next
  }
  const slopes = { start: await slopeAt(params), lbfgs: await slopeAt(now.params), adam: await slopeAt(other.params) }
  disposeExcept([now, other, params, x, y], null)
  return slopes
}

interface Weights {
  readonly w: tf.Tensor
}

const steps = 30

/** 96 examples; the last feature is a hundredth of the first. */
const examples = () =>
  tf.tidy(() => {
    const sizes = tf.tensor1d([1, 0.4, 0.16, 0.06, 0.025, 0.01])
    const x = tf.mul(tf.randomNormal([96, 6], 0, 1, 'float32', 3), sizes)
    const score = tf.add(tf.sum(tf.div(x, sizes), 1), tf.randomNormal([96], 0, 1, 'float32', 4))
    return [x, tf.cast(tf.greater(score, 0), 'float32')] as const
  })
