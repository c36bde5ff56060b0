import type * as tf from '@tensorflow/tfjs-core'

/** A distribution of noise, each number on its own. */
export interface Perturbation {
  /** Noise of a shape: the same for the same seed, an integer below 2³². */
  readonly sample: (shape: readonly number[], seed: number) => tf.Tensor
  /** The logarithm of its density, up to a constant, for each number. */
  readonly logProb: (noise: tf.Tensor) => tf.Tensor
  /** How fast that falls, −∇log p, for each number: what estimates of gradients are made of. */
  readonly score: (noise: tf.Tensor) => tf.Tensor
}
