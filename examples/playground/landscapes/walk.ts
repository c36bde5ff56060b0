import * as tf from '@tensorflow/tfjs-core'
import { averaged, disposeExcept, minimize, namesOfAverages } from 'polyak'
import type { Chosen } from './choices.js'
import type { Landscape } from './surfaces.js'

/** Where a run is: still on the device. */
export interface Walker {
  readonly params: { readonly w: tf.Tensor }
  readonly state: unknown
}

export const walkerAt = (optimizer: Chosen, start: readonly [number, number]): Walker => {
  const params = { w: tf.tensor1d([...start]) }
  return { params, state: optimizer.init(params) }
}

/** One step; the old generation is gone then. */
export const walked = (
  optimizer: Chosen,
  { loss }: Landscape,
  now: Walker,
  pull: readonly [number, number],
  batch: number,
): Walker => {
  const noise = tf.tensor1d([...pull])
  const noisy = (p: Walker['params'], n: tf.Tensor): tf.Tensor => tf.add(loss(p.w, batch), tf.sum(tf.mul(n, p.w)))
  // The menus' optimizers are known at run time only.
  const step = minimize(optimizer, noisy) as (now: Walker, noise: tf.Tensor) => Walker & { readonly value: tf.Tensor }
  const { value, ...next } = step(now, noise)
  disposeExcept([now, noise, value], next)
  return next
}

/** Where the parameters are, and their average if there is one: one tensor of two or four numbers. */
export const placesOf = (optimizer: Chosen, { params, state }: Walker): tf.Tensor =>
  namesOfAverages(optimizer).length === 0
    ? tf.clone(params.w)
    : // The menus' averages have the parameters' form.
      tf.concat([params.w, averageOf(state).w])

const averageOf = (state: unknown): Walker['params'] => averaged(state as { readonly average: Walker['params'] }) // as above
