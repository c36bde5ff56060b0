/** @internal */
import { axisLength } from './axisLength.js'
import * as tf from '@tensorflow/tfjs-core'

/** Longest row that is summed in one go: one float32 accumulator, as tfjs has on wasm, loses too much. */
const longest = 1024

/** The sum of each row, `[rows, 1]`. */
export const sumOfRows = (x: tf.Tensor): tf.Tensor => {
  const [rows = 0, along = 0] = x.shape
  // Without elements `tf.sum` gives what lies in memory, on wasm.
  if (x.size === 0) return tf.zeros([rows, 1])
  if (along <= longest) return tf.sum(x, 1, true)
  const side = Math.ceil(Math.sqrt(along))
  const square = tf.pad(x, [
    [0, 0],
    [0, side * side - along],
  ])
  return tf.reshape(tf.sum(tf.sum(tf.reshape(square, [rows, side, side]), 2), 1), [rows, 1])
}

/** The largest of each row, `[rows, 1]`; −∞ where there is none. */
export const maxOfRows = (x: tf.Tensor): tf.Tensor =>
  x.size === 0 ? tf.fill([axisLength(x, 0), 1], Number.NEGATIVE_INFINITY) : tf.max(x, 1, true)
