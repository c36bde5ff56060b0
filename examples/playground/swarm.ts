import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { averaged, disposeExcept, sgd, step, withMovingAverage } from 'polyak'
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

/** A step of every particle, under some settings; a state fits them all. The old tensors are gone then. The bowl is ½|x|²,
 *  and its gradient x: one addition puts the noise in. */
export const stepper = (settings: Settings): ((now: Swarm) => Swarm) => {
  const stepped = step(optimizerFor(settings))
  return (now) => {
    const noise = tf.randomNormal([particles, 2], 0, settings.noise)
    const grads = tf.add(now.params, noise)
    const next = stepped(grads, now.state, now.params)
    disposeExcept([now, noise, grads], next)
    return next
  }
}

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

/** Reads a swarm back from the device: all of it at once, and sums on the host. A draw costs more than the bytes. */
export const seen = async ({ params, state }: Swarm): Promise<Sight> => {
  const both = tf.stack([params, averaged(state)])
  const numbers = await both.data<'float32'>()
  both.dispose()
  const half = 2 * particles
  return { raw: seenOf(numbers.subarray(0, half)), averaged: seenOf(numbers.subarray(half)) }
}

const seenOf = (places: Float32Array): Seen => ({
  loss: (0.5 * places.reduce((sum, x) => sum + x * x, 0)) / particles,
  places: places.slice(0, 2 * drawn),
})
