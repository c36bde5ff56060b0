/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from '../tensors/differentiable.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { alongSimplex, simplexOfRows } from './simplexOfRows.js'

/** The nearest row whose absolute values sum to `scale`; in a ball, what is inside stays. */
export const l1OfRow =
  (set: 'sphere' | 'ball', scale: number) =>
  (x: tf.Tensor): tf.Tensor =>
    differentiable([x], () => {
      const size = tf.abs(x)
      // 0 is as near to either side: its sign is +
      const sign = tf.where(tf.less(x, 0), tf.fill(x.shape, -1), tf.onesLike(x))
      const y = tf.mul(sign, simplexOfRows(size, scale))
      const far = set === 'sphere' ? tf.ones([1, 1], 'bool') : tf.greater(sumOfRows(size), scale)
      return {
        value: tf.where(far, y, x),
        saved: { y, sign, far },
        gradients: (dy, s) => [tf.where(s.far, tf.mul(s.sign, alongSimplex(s.y, tf.mul(s.sign, dy))), dy)],
      }
    })
