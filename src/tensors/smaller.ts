/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { select } from './select.js'

/** The smaller of two, element by element, NaN where one of them is: tfjs on wasm gives the first where the second is NaN. */
export const smaller = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => select(tf.isNaN(b), b, tf.minimum(a, b))
