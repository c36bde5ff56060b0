import * as tf from '@tensorflow/tfjs-core'
import { simplexOfRows } from '../projections/simplexOfRows.js'
import { classesAt, floatsAt } from '../tensors/checkedTensors.js'
import { classRows, lostRows } from './classRows.js'
import { differentiable } from '../tensors/differentiable.js'
import { masked, weighted } from './limits.js'
import { sumOfRows } from '../tensors/sumOfRows.js'

/** The sparsemax loss of several classes: 0 where the right class leads by a margin of 1, differentiable everywhere.
 *
 *  ```text
 *  P = the projection of z onto the simplex     ℓ = ⟨P, z − z_y⟩ + ½·(1 − ‖P‖²)     ∂ℓ/∂z = P − onehot(y)
 *  ```
 *
 *  @shapes scores `[batch, classes]`, labels `[batch]`, int32; the result is like the labels.
 *  @throws `TypeError` for what is no tensor, scores that are not float32 or labels that are not int32; `RangeError`
 *    where shapes do not fit: a single row must be [1, classes].
 *  @departs a label that is no class costs NaN; optax takes the nearest without a word.
 *  @reference Martins & Astudillo 2016, arXiv:1602.02068; optax.losses.multiclass_sparsemax_loss
 *  @example tf.mean(multiclassSparsemaxLoss(scores, labels)) */
export const multiclassSparsemaxLoss = (scores: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const z = floatsAt({ where: 'multiclassSparsemaxLoss', name: 'scores' }, scores)
    const [batch, count] = z.shape
    if (z.rank !== 2 || batch === undefined || count === undefined)
      throw new RangeError(
        `multiclassSparsemaxLoss: scores must have the shape [batch, classes], found [${z.shape.join(', ')}]. Reshape them: tf.reshape(scores, [1, -1]) for a single row.`,
      )
    const classes = classesAt({ where: 'multiclassSparsemaxLoss', name: 'labels' }, labels, [batch])
    const cost = differentiable([z], () => {
      const hot = classRows(classes, count)
      const chosen = simplexOfRows(z)
      const apart = tf.sub(z, sumOfRows(masked(hot, z)))
      const linear = sumOfRows(weighted(chosen, masked(tf.logicalNot(hot), apart)))
      const rest = tf.mul(0.5, tf.sub(1, sumOfRows(tf.mul(chosen, chosen))))
      return {
        value: tf.add(tf.add(linear, rest), lostRows(hot)),
        saved: { slope: tf.sub(chosen, tf.cast(hot, 'float32')) },
        gradients: (dy, { slope }) => [tf.mul(dy, slope)],
      }
    })
    return tf.reshape(cost, [batch])
  })
