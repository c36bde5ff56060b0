/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'

/** A function of the error, predictions − targets, from its value and its slope. Without targets they are 0. */
export const errorLoss =
  (where: string, value: (error: tf.Tensor) => tf.Tensor, slope: (error: tf.Tensor) => tf.Tensor) =>
  (predictions: tf.Tensor, targets: tf.Tensor | undefined): tf.Tensor =>
    tf.tidy(() => {
      const x = floatsAt({ where, name: 'predictions' }, predictions)
      if (targets === undefined)
        return differentiable([x], () => ({
          value: value(x),
          saved: { x },
          gradients: (dy, { x: error }) => [tf.mul(dy, slope(error))],
        }))
      const y = weightsAt({ where, name: 'targets' }, targets, x, 'predictions')
      return differentiable([x, y], () => {
        const error = tf.sub(x, y)
        return {
          value: value(error),
          saved: { error },
          gradients: (dy, saved) => {
            const gradient = tf.mul(dy, slope(saved.error))
            return [gradient, tf.neg(gradient)]
          },
        }
      })
    })
