/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { classesAt, floatsAt } from '../tensors/checkedTensors.js'
import { classRows, lostRows } from './classRows.js'
import { differentiable } from '../tensors/differentiable.js'
import { masked } from './limits.js'
import { maxOfRows, sumOfRows } from '../tensors/sumOfRows.js'
import { rowsAlong } from '../tensors/rows.js'

/** max over classes of score + margin (none for the right class), less the score of the right class. Ties share the
 *  gradient. */
export const largestScore =
  (where: string, margin: number) =>
  (scores: tf.Tensor, labels: tf.Tensor | number): tf.Tensor =>
    tf.tidy(() => {
      const all = floatsAt({ where, name: 'scores' }, scores)
      const rows = rowsAlong(where, all.shape, -1)
      const classes = classesAt({ where, name: 'labels' }, labels, rows.outer)
      const z = rows.of(all)
      return rows.back(
        differentiable([z], () => {
          const hot = classRows(classes, rows.along)
          const one = tf.cast(hot, 'float32')
          const raised = tf.add(z, tf.mul(margin, tf.sub(1, one)))
          const top = maxOfRows(raised)
          const best = tf.cast(tf.equal(raised, top), 'float32')
          return {
            value: tf.add(tf.sub(top, sumOfRows(masked(hot, z))), lostRows(hot)),
            saved: { slope: tf.sub(tf.div(best, tf.maximum(sumOfRows(best), 1)), one) },
            gradients: (dy, { slope }) => [tf.mul(dy, slope)],
          }
        }),
      )
    })
