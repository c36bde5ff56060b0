import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adam, byPattern, disposeExcept, minimize, partition, setToZero } from 'polyak'

/** Fine-tuning with a rate for each layer, named by patterns: the deeper, the slower, and the first one not at all. The
 *  loss falls, and how far a layer moves follows its rate. */
export const layerWiseRates = async () => {
  const rate = (learningRate: number) => adam({ learningRate })
  const optimizer = partition({
    transforms: { head: rate(0.03), middle: rate(0.003), still: setToZero() },
    paramLabels: byPattern({ head: 'head/**', middle: 'layer2/**' }, 'still'),
  })
  const params = { layer1: layer(4, 8, 1), layer2: layer(8, 8, 2), head: layer(8, 1, 3) }
  type Net = typeof params
  const [x, y] = tf.tidy(() => {
    const inputs = tf.randomNormal([64, 4], 0, 1, 'float32', 9)
    return [inputs, tf.tanh(tf.sum(inputs, 1, true))] as const
  })
  const through = (from: tf.Tensor, { kernel, bias }: Net['head']) => tf.add(tf.matMul(from, kernel), bias)
  const loss = (p: Net): tf.Tensor =>
    tf.mean(tf.square(tf.sub(through(tf.tanh(through(tf.tanh(through(x, p.layer1)), p.layer2)), p.head), y)))

  let now = { params, state: optimizer.init(params) }
  const losses: number[] = []
  for (let i = 0; i < 60; i++) {
    const { value, ...next } = minimize(optimizer, loss)(now)
    losses.push((await value.data())[0] ?? Number.NaN)
    disposeExcept([value, now], [next, params])
    now = next
  }
  const moved = async (name: keyof Net): Promise<number> => {
    const most = tf.tidy(() => tf.max(tf.abs(tf.sub(now.params[name].kernel, params[name].kernel))))
    const [found = Number.NaN] = await most.data()
    most.dispose()
    return found
  }
  const movements = { layer1: await moved('layer1'), layer2: await moved('layer2'), head: await moved('head') }
  disposeExcept([now, params, x, y], null)
  return { losses, movements }
}

const layer = (inputs: number, outputs: number, seed: number) => ({
  kernel: tf.tidy(() => tf.mul(1 / Math.sqrt(inputs), tf.randomNormal([inputs, outputs], 0, 1, 'float32', seed))),
  bias: tf.zeros([outputs]),
})
