import * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { checkShape, floatsAt, tensorAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { rowsAlong } from '../tensors/rows.js'

/** A convex function of the scores along their last axis, one number for each row of them: a maximum, or a smooth one. */
export type MaxFun<Args extends readonly unknown[] = readonly []> = (scores: tf.Tensor, ...args: Args) => tf.Tensor

/** The Fenchel–Young loss that a maximum gives rise to: 0 where the scores' maximiser is the target.
 *
 *  ```text
 *  ℓ = f(s) − ⟨t, s⟩        ∂ℓ/∂s = ∇f(s) − t
 *  ```
 *
 *  @shapes scores and targets alike; the result has their shape without the last axis, as `maxFun(scores)` must have.
 *    Further arguments are passed on to it.
 *  @throws `TypeError` for what is no tensor, or scores that are not float32; `RangeError` where shapes differ.
 *  @departs `maxFun` is called once, with all rows; optax calls it for each.
 *  @reference Blondel et al. 2020, arXiv:1901.02324; optax.losses.make_fenchel_young_loss
 *  @example makeFenchelYoungLoss({ maxFun: (s) => tf.logSumExp(s, -1) })(tf.ones([2, 3]), tf.zeros([2, 3])) */
export const makeFenchelYoungLoss = <Args extends readonly unknown[] = readonly []>(given: {
  /** The maximum. */
  readonly maxFun: MaxFun<Args>
}) => {
  parse(given) // that it is a function is all that can be checked
  const { maxFun } = given
  return (scores: tf.Tensor, targets: tf.Tensor, ...args: Args): tf.Tensor =>
    tf.tidy(() => {
      const s = floatsAt({ where, name: 'scores' }, scores)
      const t = weightsAt({ where, name: 'targets' }, targets, s, 'scores')
      const rows = rowsAlong(where, s.shape, -1)
      const top = tensorAt({ where, name: 'what maxFun returns' }, maxFun(s, ...args))
      checkShape({ where, name: 'what maxFun returns' }, top, rows.outer, 'one number for each row of scores, shape ')
      return tf.sub(top, rows.back(inner(rows.of(t), rows.of(s))))
    })
}

const where = 'makeFenchelYoungLoss'

const inner = (t: tf.Tensor, s: tf.Tensor): tf.Tensor =>
  differentiable([t, s], () => ({
    value: sumOfRows(tf.mul(t, s)),
    saved: { t, s },
    gradients: (dy, saved) => [tf.mul(dy, saved.s), tf.mul(dy, saved.t)],
  }))

const parse = options(where, {
  maxFun: required(fn('a function of scores', '(scores) => tf.max(scores, -1)')),
})
