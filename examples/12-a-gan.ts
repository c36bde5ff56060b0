import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { adam, averaged, disposeExcept, minimize, uniform, withAverage } from 'polyak'

/** A generator of numbers against a critic, each with an optimizer of its own. The generator never comes to rest; its
 *  average makes numbers whose mean and deviation are nearer to those of the data. */
export const aGan = async () => {
  const generating = withAverage(uniform(), { start: 200 })(adam({ learningRate: 0.05, b1: 0.5 }))
  const judging = adam({ learningRate: 0.1, b1: 0.5 })
  const g: Generator = { scale: tf.scalar(1), shift: tf.scalar(0) }
  const c: Critic = { linear: tf.scalar(0), square: tf.scalar(0) }
  let generator = { params: g, state: generating.init(g) }
  let critic = { params: c, state: judging.init(c) }
  let [raw, steps] = [0, 0]
  for (let i = 0; i < 500; i++) {
    const batch = samplesAt(i)
    const { value, ...judged } = minimize(judging, judgement)(critic, generator.params, batch)
    const { value: other, ...made } = minimize(generating, deception)(generator, judged.params, batch)
    disposeExcept([critic, generator, batch, value, other], [judged, made])
    critic = judged
    generator = made
    if (i >= 400) {
      raw += await distance(generator.params)
      steps++
    }
  }
  const distances = { iterate: raw / steps, average: await distance(averaged(generator.state)) }
  disposeExcept([generator, critic], null)
  return distances
}

type Generator = { readonly scale: tf.Tensor; readonly shift: tf.Tensor }
type Critic = { readonly linear: tf.Tensor; readonly square: tf.Tensor }
type Batch = { readonly real: tf.Tensor; readonly noise: tf.Tensor }

/** Real numbers have mean 2 and deviation ½. */
const samplesAt = (i: number): Batch =>
  tf.tidy(() => ({
    real: tf.add(2, tf.mul(0.5, tf.randomNormal([32], 0, 1, 'float32', 2 * i + 1))),
    noise: tf.randomNormal([32], 0, 1, 'float32', 2 * i + 2),
  }))

const made = ({ scale, shift }: Generator, { noise }: Batch): tf.Tensor => tf.add(tf.mul(scale, noise), shift)

const score = ({ linear, square }: Critic, x: tf.Tensor): tf.Tensor =>
  tf.mean(tf.add(tf.mul(linear, x), tf.mul(square, tf.square(x))))

/** The critic tells the two apart, but may not shout. */
const judgement = (critic: Critic, generator: Generator, batch: Batch): tf.Tensor =>
  tf.add(
    tf.sub(score(critic, made(generator, batch)), score(critic, batch.real)),
    tf.mul(0.2, tf.add(tf.square(critic.linear), tf.square(critic.square))),
  )

const deception = (generator: Generator, critic: Critic, batch: Batch): tf.Tensor =>
  tf.neg(score(critic, made(generator, batch)))

/** How far mean and deviation are from 2 and ½. */
const distance = async ({ scale, shift }: Generator): Promise<number> => {
  const [[a = Number.NaN], [b = Number.NaN]] = await Promise.all([scale.data(), shift.data()])
  return Math.hypot(Math.abs(a) - 0.5, b - 2)
}
