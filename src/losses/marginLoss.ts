/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { differentiable } from '../tensors/differentiable.js'
import { slopeOfRelu } from './limits.js'

/** max(0, margin − z·s) for signs s. */
export const marginLoss =
  (where: string, margin: number) =>
  (predictorOutputs: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const z = floatsAt({ where, name: 'predictorOutputs' }, predictorOutputs)
      const s = weightsAt({ where, name: 'targets' }, targets, z, 'predictorOutputs')
      return differentiable([z, s], () => {
        const missing = tf.sub(margin, tf.mul(z, s))
        return {
          value: tf.maximum(missing, 0),
          saved: { z, s, missing },
          gradients: (dy, saved) => {
            const slope = tf.mul(tf.neg(dy), slopeOfRelu(saved.missing))
            return [tf.mul(slope, saved.s), tf.mul(slope, saved.z)]
          },
        }
      })
    })
