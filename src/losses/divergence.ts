/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { optionsFor } from '../scalars/options.js'
import { axisSpec } from './axisOptions.js'
import { floatsAt, maskAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { masked } from './limits.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { type Axes, rowsAlong } from '../tensors/rows.js'
import { select } from '../tensors/select.js'

/** A divergence of one element: its cost, and its slopes by the prediction and by the target. */
export interface Element {
  readonly cost: tf.Tensor
  readonly byPrediction: tf.Tensor
  readonly byTarget: tf.Tensor
}

/** Options of the divergences. */
export interface DivergenceOptions {
  /** Along which axes: one, several, or all (`null`).
   *
   *  @defaultValue -1 */
  readonly axis?: Axes
  /** Which elements count: conditions, of the same shape. Default: all. */
  readonly where?: tf.Tensor
}

const parseDivergence = (where: string) => optionsFor<DivergenceOptions>()(where, axisSpec)

/** The sum along axes of what elements cost. */
export const divergence = (
  where: string,
  targetName: 'targets' | 'logTargets',
  element: (logPrediction: tf.Tensor, target: tf.Tensor) => Element,
) => {
  const parse = parseDivergence(where)
  return (logPredictions: tf.Tensor, targets: tf.Tensor, given?: DivergenceOptions): tf.Tensor => {
    const { axis, where: maskGiven } = parse(given)
    return tf.tidy(() => {
      const all = floatsAt({ where, name: 'logPredictions' }, logPredictions)
      const wanted = weightsAt({ where, name: targetName }, targets, all, 'logPredictions')
      const mask = maskAt(where, maskGiven, all, 'logPredictions')
      const rows = rowsAlong(where, all.shape, axis)
      const inside = mask === undefined ? undefined : rows.of(mask)
      const [p, y] = [rows.of(all), rows.of(wanted)]
      const sums = differentiable([p, y], () => {
        const { cost, byPrediction, byTarget } = element(p, y)
        return {
          value: sumOfRows(masked(inside, cost)),
          saved: { p: masked(inside, byPrediction), y: masked(inside, byTarget) },
          gradients: (dy, s) => [tf.mul(dy, s.p), tf.mul(dy, s.y)],
        }
      })
      return rows.back(sums)
    })
  }
}

/** y·(log y − p), 0 where y is 0; in its slope by y, log y counts 0 there. */
export const klElement = (p: tf.Tensor, y: tf.Tensor): Element => {
  const { cost, gap } = klParts(p, y)
  return { cost, byPrediction: tf.neg(y), byTarget: tf.add(gap, 1) }
}

/** The same, plus eᵖ − y. */
export const generalizedElement = (p: tf.Tensor, y: tf.Tensor): Element => {
  const { cost, gap } = klParts(p, y)
  const excess = tf.sub(tf.exp(p), y)
  return { cost: tf.add(cost, excess), byPrediction: excess, byTarget: gap }
}

const klParts = (p: tf.Tensor, y: tf.Tensor) => {
  const none = tf.equal(y, 0)
  const gap = tf.sub(tf.log(y), p)
  return { cost: select(none, tf.zerosLike(y), tf.mul(y, gap)), gap: select(none, tf.neg(p), gap) }
}
