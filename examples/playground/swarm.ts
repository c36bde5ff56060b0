import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { averaged, disposeExcept, minimize, sgd, withMovingAverage } from 'polyak'
import type { Settings } from './settings.js'

/** How many particles run side by side: the more, the sharper their mean loss. */
export const particles = 4096

/** How many of them are drawn. */
export const drawn = 320

/** Where all of them begin. */
export const start = [2.3, 1.5] as const

const optimizerFor = ({ learningRate, decay }: Settings) => F.pipe(sgd({ learningRate }), withMovingAverage({ decay }))

/** The particles, as parameters, at their start, and the optimizer's state with their averages. */
export const newSwarm = (settings: Settings) => {
  const params = tf.tidy(() => tf.tile(tf.tensor([[...start]]), [particles, 1]))
  return { params, state: optimizerFor(settings).init(params) }
}

export type Swarm = ReturnType<typeof newSwarm>

/** A step of every particle, under some settings; a state fits them all. The old tensors are gone then. */
export const stepper = (settings: Settings): ((now: Swarm) => Swarm) => {
  const step = minimize(optimizerFor(settings), bowl)
  return (now) => {
    const pull = tf.randomNormal([particles, 2], 0, settings.noise)
    const { value, ...next } = step(now, pull)
    disposeExcept([now, pull, value], next)
    return next
  }
}

/** The bowl ½|x|², and a pull that puts noise into its gradient: ∂/∂x (½|x|² + pull·x) = x + pull. */
const bowl = (x: tf.Tensor, pull: tf.Tensor): tf.Tensor => tf.sum(tf.add(tf.mul(0.5, tf.square(x)), tf.mul(pull, x)))

/** What is seen of the iterates, or of the averages: their mean loss, and the first ones as x, y, x, y, … */
export interface Seen {
  readonly loss: number
  readonly places: Float32Array
}

/** What is seen of a swarm. */
export interface Sight {
  readonly raw: Seen
  readonly averaged: Seen
}

/** What is seen of a swarm, still on the device. */
export const look = ({ params, state }: Swarm): tf.Tensor =>
  tf.tidy(() =>
    tf.stack(
      [params, averaged(state)].map((x) =>
        tf.concat([tf.reshape(meanLoss(x), [1]), tf.reshape(tf.slice(x, [0, 0], [drawn, 2]), [-1])]),
      ),
    ),
  )

const meanLoss = (x: tf.Tensor): tf.Tensor => tf.mean(tf.mul(0.5, tf.sum(tf.square(x), 1)))

/** Reads looks at some steps back from the device, all at once, and disposes them. */
export const seen = async (looks: readonly tf.Tensor[]): Promise<readonly Sight[]> => {
  const all = tf.stack([...looks])
  tf.dispose([...looks])
  const numbers = Float32Array.from(await all.data())
  all.dispose()
  const length = 1 + 2 * drawn
  const part = (at: number): Seen => ({
    loss: numbers[at] ?? Number.NaN,
    places: numbers.subarray(at + 1, at + length),
  })
  return looks.map((_, i) => ({ raw: part(2 * i * length), averaged: part((2 * i + 1) * length) }))
}
