import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { disposeExcept, minimize, sgd } from 'polyak'

/** Sixty steps of descent with momentum find the line that the points lie on: slope and offset, within 0.01. */
export const fitALine = () => {
  const x = tf.linspace(-1, 1, 32)
  const y = tf.tidy(() => tf.add(tf.mul(x, 3), 1))
  const distance = ({ slope, offset }: { readonly slope: tf.Tensor; readonly offset: tf.Tensor }) =>
    tf.mean(tf.square(tf.sub(tf.add(tf.mul(slope, x), offset), y)))

  const optimizer = sgd({ learningRate: 0.1, momentum: 0.8 })
  const step = minimize(optimizer, distance)
  const params = { slope: tf.fill([], 0), offset: tf.fill([], 0) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 60; i++) {
    const { value, ...next } = step(now)
    disposeExcept([value, now], next)
    now = next
  }
  const found = { slope: now.params.slope.dataSync()[0], offset: now.params.offset.dataSync()[0] }
  tf.dispose([x, y])
  disposeExcept(now, null)
  return found
}
