import * as tf from '@tensorflow/tfjs-core'
import { averaged, disposeExcept, sgd, step, uniform, withAverage } from 'polyak'

/** Two players on a saddle: x wants x·y small, y wants it large, and each sees the other through noise. Simultaneous
 *  descent goes round and round; the mean of the way is at the saddle, more than ten times nearer than the players are. */
export const averageAGame = async () => {
  const optimizer = withAverage(uniform(), { start: 200 })(sgd({ learningRate: 0.1 }))
  const params = { x: tf.scalar(1), y: tf.scalar(1) }
  let now = { params, state: optimizer.init(params) }
  let player = 0
  for (let seed = 0; seed < 1200; seed++) {
    const grads = gradientsAt(now.params, seed)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads], next)
    now = next
    if (seed >= 1100) player += (await distance(now.params)) / 100
  }
  const distances = { player, average: await distance(averaged(now.state)) }
  disposeExcept(now, null)
  return distances
}

interface Players {
  readonly x: tf.Tensor
  readonly y: tf.Tensor
}

/** x·y + ½·0.1·(x² − y²), of which x goes down and y up. */
const gradientsAt = ({ x, y }: Players, seed: number): Players =>
  tf.tidy(() => ({
    x: tf.add(tf.add(tf.mul(0.1, x), y), noise(2 * seed)),
    y: tf.add(tf.sub(tf.mul(0.1, y), x), noise(2 * seed + 1)),
  }))

const noise = (seed: number): tf.Tensor => tf.reshape(tf.randomNormal([1], 0, 1.5, 'float32', seed + 1), [])

const distance = async ({ x, y }: Players): Promise<number> => {
  const [[a = Number.NaN], [b = Number.NaN]] = await Promise.all([x.data(), y.data()])
  return Math.hypot(a, b)
}
