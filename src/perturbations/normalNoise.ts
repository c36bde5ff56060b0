import * as tf from '@tensorflow/tfjs-core'
import type { Perturbation } from './Perturbation.js'

/** The normal distribution.
 *
 *  ```text
 *  log p(z) = −½·z²
 *  ```
 *
 *  @shapes any.
 *  @laws the same seed draws the same, on every backend.
 *  @departs draws are not optax's.
 *  @reference optax.perturbations.Normal
 *  @example makePerturbedFun({ fun: (x) => x, noise: normalNoise }) */
export const normalNoise: Perturbation = {
  sample: (shape, seed) => tf.randomNormal([...shape], 0, 1, 'float32', seed),
  logProb: (noise) => tf.tidy(() => tf.mul(-0.5, tf.mul(noise, noise))),
  score: (noise) => tf.clone(noise),
}
