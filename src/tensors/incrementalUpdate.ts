import * as tf from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { zipTree } from '../tree/zipTree.js'

/** Moves a tree part of the way to a newer one, as target networks do.
 *
 *  ```text
 *  z = old + s·(new − old)        s = stepSize; written from the new side where s > ½
 *  ```
 *
 *  @shapes those of the newer tree; a `null` of the older one stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ; `RangeError` for a step size outside
 *    [0, 1].
 *  @laws s = 0 is the older tree and s = 1 the newer one, bitwise where finite; equal trees stay as they are,
 *    bitwise.
 *  @departs optax computes s·new + (1−s)·old, which moves what is equal. An average of parameters is better kept by
 *    `withMovingAverage`.
 *  @reference optax.incremental_update (its stepSize is 1 − decay)
 *  @example incrementalUpdate(params, gradients, 0.005) */
export const incrementalUpdate = <P>(
  ...[newTensors, oldTensors, stepSize]: readonly [
    newTensors: P & TreeOf<P>,
    oldTensors: NoInfer<Leaves<P, tf.Tensor | null>>,
    stepSize: number,
  ]
): Leaves<P, tf.Tensor | null> => {
  if (!(stepSize >= 0 && stepSize <= 1))
    throw new RangeError(`incrementalUpdate: stepSize must be a number in [0, 1], found ${stepSize}. Pass e.g. 0.005.`)
  const far = stepSize > 0.5
  return zipTree((next, old) =>
    tf.tidy(() =>
      far ? tf.add(next, tf.mul(tf.sub(old, next), 1 - stepSize)) : tf.add(old, tf.mul(tf.sub(next, old), stepSize)),
    ),
  )(newTensors, oldTensors)
}
