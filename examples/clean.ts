import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** Runs an example, which must leave no tensor behind. */
export const clean = async <A>(example: () => A | Promise<A>): Promise<A> => {
  const before = tf.memory().numTensors
  const result = await example()
  expect(tf.memory().numTensors).toBe(before)
  return result
}
