/** @internal */
import { nth } from '../scalars/nth.js'
import * as tf from '@tensorflow/tfjs-core'
import { loose } from '../tensors/loose.js'
import { differentiable } from '../tensors/differentiable.js'

/** What dice losses are made of. */
export interface Dice {
  readonly where: string
  readonly smooth: number
  readonly alpha: number
  readonly beta: number
  readonly activate: boolean
  readonly axis: readonly number[]
}

/** Probabilities of the classes in the last axis: a softmax, or the logistic function of a single one. */
export const probabilities = ({ where, activate }: Pick<Dice, 'where' | 'activate'>, predictions: tf.Tensor) => {
  const single = predictions.shape.at(-1) === 1
  if (activate) return single ? tf.sigmoid(predictions) : softmax(predictions)
  const off = farthest(predictions, single)
  if (!(off > 1e-5)) return predictions
  throw new RangeError(
    single
      ? `${where}: predictions must be probabilities, which lie in [0, 1], found one that is ${off.toPrecision(3)} outside. Let them be activated here, or pass tf.sigmoid(logits).`
      : `${where}: predictions must be probabilities, which sum to 1 along the last axis, found a sum that is ${off.toPrecision(3)} off. Let them be activated here, or pass tf.softmax(logits).`,
  )
}

const softmax = (x: tf.Tensor): tf.Tensor => (x.size === 0 ? x : tf.softmax(x))

/** How far predictions are from probabilities, at most: one number, read back. */
const farthest = (predictions: tf.Tensor, single: boolean): number =>
  predictions.size === 0
    ? 0
    : nth(
        tf
          .max(
            single
              ? tf.maximum(tf.neg(predictions), tf.sub(predictions, 1))
              : tf.abs(tf.sub(tf.sum(predictions, -1), 1)),
          )
          .dataSync(),
        0,
      )

/** The sum of nothing, which on wasm would be what lies in memory; it still depends on its tensor. */
export const nothing = (x: tf.Tensor, axis: readonly number[]): tf.Tensor =>
  differentiable([x], () => ({
    value: tf.zeros(x.shape.filter((_, i) => !axis.includes(i))),
    saved: {},
    gradients: () => [tf.zeros(x.shape)],
  }))

/** 1 − (I + s)/(I + α(P − I) + β(T − I) + s) for each class, with sums over axes; 0 where that is 0/0. */
export const diceOfClasses = (
  { smooth, alpha, beta, axis }: Dice,
  chances: tf.Tensor,
  targets: tf.Tensor,
): tf.Tensor => {
  const total = (x: tf.Tensor): tf.Tensor =>
    axis.length === 0 ? x : x.size === 0 ? nothing(x, axis) : tf.sum(x, [...axis])
  const both = total(tf.mul(chances, targets))
  const missed = tf.add(tf.mul(alpha, tf.sub(total(chances), both)), tf.mul(beta, tf.sub(total(targets), both)))
  const denominator = tf.add(tf.add(both, missed), smooth)
  const none = loose(tf.equal(denominator, 0))
  // 1 − n/d as (d − n)/d, which keeps the digits of a small loss
  return tf.div(missed, tf.where(none, tf.onesLike(denominator), denominator))
}
