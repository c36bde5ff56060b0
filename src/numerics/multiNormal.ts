import { wrongArgument } from '../scalars/wrongArgument.js'
import * as tf from '@tensorflow/tfjs-core'
import { seedOf } from '../scalars/seedOf.js'
import { checkShape, floatsAt, weightsAt } from '../tensors/checkedTensors.js'

/** A normal distribution of independent numbers. */
export interface MultiNormal {
  /** The means. */
  readonly loc: tf.Tensor
  /** The logarithms of the deviations. */
  readonly logScale: tf.Tensor
  /** Draws of it, `[...shape, ...loc.shape]`: loc + e^logScale·z; `key` says which. */
  readonly sample: (shape: readonly number[], key: number) => tf.Tensor
  /** log p(x), summed over the axes of `loc`; x may have more in front. */
  readonly logProb: (x: tf.Tensor) => tf.Tensor
}

/** A normal distribution with a diagonal covariance, from the logarithms of its deviations.
 *
 *  ```text
 *  log p(x) = −Σ ½·((x − μ)/σ)² + log σ + ½·log 2π        σ = e^logScale
 *  ```
 *
 *  @shapes `loc` and `logScale` alike. Differentiable by both, in draws and in densities, and by x.
 *  @throws `TypeError` for what is no tensor or not float32; `RangeError` where shapes do not fit.
 *  @laws the same key draws the same, on every backend.
 *  @departs nothing is broadcast but the axes in front of x. A record, not an object of a class; draws are by `key`, an
 *    integer, so the numbers are not optax's.
 *  @reference optax.multi_normal
 *  @example multiNormal(tf.zeros([3]), tf.zeros([3])).sample([100], 7) */
export const multiNormal = (loc: tf.Tensor, logScale: tf.Tensor): MultiNormal => {
  const mean = floatsAt({ where: 'multiNormal', name: 'loc' }, loc)
  const spread = weightsAt(
    { where: 'multiNormal', name: 'logScale' },
    floatsAt({ where: 'multiNormal', name: 'logScale' }, logScale),
    mean,
    'loc',
  )
  return {
    loc: mean,
    logScale: spread,
    sample: (shape, key) =>
      tf.tidy(() => {
        if (!(Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)))
          throw wrongArgument('sample of multiNormal: shape', 'an array of sizes', shape, 'Pass e.g. [16].')
        const normal = tf.randomNormal([...shape, ...mean.shape], 0, 1, 'float32', seedOf(`${key}/multiNormal`))
        return tf.add(mean, tf.mul(tf.exp(spread), normal))
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const all = floatsAt({ where: 'multiNormal', name: 'x' }, x)
        const front = all.rank - mean.rank
        checkShape(
          { where: 'multiNormal', name: 'x' },
          all,
          [...all.shape.slice(0, Math.max(0, front)), ...mean.shape],
          'the shape of loc behind whatever axes, ',
        )
        const z = tf.div(tf.sub(all, mean), tf.exp(spread))
        const each = tf.sub(tf.sub(tf.mul(-0.5, tf.mul(z, z)), spread), 0.5 * Math.log(2 * Math.PI))
        return mean.rank === 0
          ? each
          : tf.sum(
              each,
              mean.shape.map((_, axis) => front + axis),
            )
      }),
  }
}
