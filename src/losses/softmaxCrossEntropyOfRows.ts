/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from '../tensors/differentiable.js'
import { masked, weighted } from './limits.js'
import { logSoftmaxOfRows } from './logSoftmaxOfRows.js'
import { sumOfRows } from '../tensors/sumOfRows.js'

/** −Σ y·log softmax(z) of each row, `[rows, 1]`, plus ε·Σ y·(1 − softmax(z)). */
export const softmaxCrossEntropyOfRows = (
  z: tf.Tensor,
  y: tf.Tensor,
  mask: tf.Tensor | undefined,
  epsilon = 0,
): tf.Tensor =>
  differentiable([z, y], () => {
    const { logs, shares } = logSoftmaxOfRows(z, mask)
    const [inY, inShares] = [masked(mask, y), masked(mask, shares)]
    const costs = tf.neg(masked(mask, logs))
    const entropy = sumOfRows(weighted(inY, costs))
    const value =
      epsilon === 0 ? entropy : tf.add(entropy, tf.mul(epsilon, sumOfRows(tf.mul(inY, tf.sub(1, inShares)))))
    return {
      value,
      saved: { y: inY, shares: inShares, costs, inside: masked(mask, tf.onesLike(y)) },
      gradients: (dy, s) => {
        const slope = tf.sub(tf.mul(s.shares, sumOfRows(s.y)), s.y)
        if (epsilon === 0) return [tf.mul(dy, slope), tf.mul(dy, s.costs)]
        const mean = sumOfRows(tf.mul(s.y, s.shares))
        const poly = tf.mul(tf.mul(epsilon, s.shares), tf.sub(mean, s.y))
        const byLabel = tf.add(s.costs, tf.mul(epsilon, tf.sub(s.inside, s.shares)))
        return [tf.mul(dy, tf.add(slope, poly)), tf.mul(dy, byLabel)]
      },
    }
  })
