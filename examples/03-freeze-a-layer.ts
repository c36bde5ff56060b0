import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adamw, byPath, chain, disposeExcept, freeze, minimize } from 'polyak'

/** A frozen layer comes out of training as the very same tensors, while the loss falls to less than a tenth. */
export const freezeALayer = () => {
  const x = tf.tensor2d([
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 0],
  ])
  const y = tf.tensor2d([[1], [1], [2], [0]])
  const features = {
    kernel: tf.tensor2d([
      [1, -1, 0.5],
      [0.5, 1, -1],
    ]),
  }
  const head = { kernel: tf.fill([3, 1], 0), bias: tf.fill([1], 0) }
  const params = { features, head }
  const loss = (p: typeof params) =>
    tf.mean(
      tf.square(tf.sub(tf.add(tf.matMul(tf.tanh(tf.matMul(x, p.features.kernel)), p.head.kernel), p.head.bias), y)),
    )

  // At the end of the chain, so that weight decay does not reach the frozen layer either.
  const optimizer = chain(
    adamw({ learningRate: 0.1 }),
    freeze({ mask: byPath((path) => path.startsWith('features/')) }),
  )
  const step = minimize(optimizer, loss)
  const losses: number[] = []
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 80; i++) {
    const { value, ...next } = step(now)
    losses.push(value.dataSync()[0] ?? Number.NaN)
    disposeExcept([value, now], [next, params])
    now = next
  }
  const result = { losses, same: now.params.features.kernel === features.kernel }
  disposeExcept([now, params, x, y], null)
  return result
}
