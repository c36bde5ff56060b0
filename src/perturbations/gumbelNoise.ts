import * as tf from '@tensorflow/tfjs-core'
import type { Perturbation } from './Perturbation.js'

/** The distribution of the largest of many: with it a perturbed maximum is a softmax.
 *
 *  ```text
 *  z = −log(−log u), u uniform in (0, 1)        log p(z) = −z − e^−z
 *  ```
 *
 *  @shapes any.
 *  @laws the same seed draws the same, on every backend: up to the last digits of logarithms.
 *  @departs draws are not optax's.
 *  @reference Gumbel 1954; optax.perturbations.Gumbel
 *  @example makePerturbedFun({ fun: (x) => x, noise: gumbelNoise }) */
export const gumbelNoise: Perturbation = {
  sample: (shape, seed) =>
    tf.tidy(() => {
      const uniform = tf.randomUniform([...shape], 0, 1, 'float32', seed)
      // the least and the greatest that a logarithm of a logarithm can be taken of in float32
      const inside = tf.minimum(tf.maximum(uniform, 2 ** -126), 1 - 2 ** -24)
      return tf.neg(tf.log(tf.neg(tf.log(inside))))
    }),
  logProb: (noise) => tf.tidy(() => tf.sub(tf.neg(noise), tf.exp(tf.neg(noise)))),
  score: (noise) => tf.tidy(() => tf.sub(1, tf.exp(tf.neg(noise)))),
}
