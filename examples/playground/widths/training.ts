import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { adam, disposeExcept, minimize, powerFunction, saveProfiles, type Store, synthesize, withAverage } from 'polyak'

/** The widths of the two averages that go along with the training: any between them is made afterwards. */
export const tracked = [0.05, 0.2] as const

/** A network 1 → 24 → 1, a noisy sine, and points without noise to judge it by. */
const features = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, 1])
const initial = () => ({
  into: tf.randomNormal([1, 24], 0, 1.5, 'float32', 3),
  bias: tf.randomNormal([24], 0, 1, 'float32', 4),
  out: tf.randomNormal([24, 1], 0, 0.2, 'float32', 5),
})
type Params = ReturnType<typeof initial>
const output = (p: Params, x: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.matMul(tf.tanh(tf.add(tf.matMul(features(x), p.into), p.bias)), p.out), [-1])
const loss = (p: Params, { x, y }: { readonly x: tf.Tensor; readonly y: tf.Tensor }): tf.Tensor =>
  tf.mean(tf.square(tf.sub(output(p, x), y)))
const batchAt = (step: number) => {
  const x = tf.randomUniform([32], -3, 3, 'float32', 2 * step)
  return { x, y: tf.tidy(() => tf.add(tf.sin(tf.mul(2, x)), tf.randomNormal([32], 0, 0.7, 'float32', 2 * step + 1))) }
}
/** The loss on points without noise. */
export const judged = async (p: Params): Promise<number> => {
  const value = tf.tidy(() => {
    const x = tf.linspace(-3, 3, 121)
    return loss(p, { x, y: tf.sin(tf.mul(2, x)) })
  })
  const [found = Number.NaN] = await value.data()
  value.dispose()
  return found
}

/** Trains once, and puts snapshots of both averages into a store; gives the parameters at the end. Every eighth step, and
 *  before the first, `looked` is called with the parameters, and waited for. */
export const trained = async (
  steps: number,
  store: Store,
  looked: (step: number, params: Params) => Promise<void> | undefined,
): Promise<Params> => {
  const optimizer = F.pipe(
    adam({ learningRate: 0.02 }),
    withAverage(powerFunction({ width: tracked[0] }), { name: 'Narrow' }),
    withAverage(powerFunction({ width: tracked[1] }), { name: 'Wide' }),
  )
  const params = initial()
  let now = { params, state: optimizer.init(params) }
  await looked(0, params)
  for (let step = 1; step <= steps; step++) {
    const batch = batchAt(step)
    const { value, ...next } = minimize(optimizer, loss)(now, batch)
    disposeExcept([value, batch, now], next)
    now = next
    if (step % storedEvery(steps) === 0) await saveProfiles({ store, prefix: 'ema', optimizer, ...now })
    if (step % 8 === 0) await looked(step, now.params)
  }
  disposeExcept(now.state, now.params)
  return now.params
}

/** Sixteen snapshots of each average. */
export const storedEvery = (steps: number): number => Math.floor(steps / 16)

/** The loss of an average of any width, and what is known of its error. */
export const lossOf = async (
  width: number,
  store: Store,
  like: Params,
): Promise<{ readonly width: number; readonly loss: number; readonly error: number }> => {
  const made = await synthesize({ store, prefix: 'ema', like, width })
  const found = { width, loss: await judged(made.params), error: made.relativeError }
  disposeExcept(made.params, [])
  return found
}
