import * as tf from '@tensorflow/tfjs-core'
import type { TreeOf } from '../tree/Tree.js'
import { zipTree } from '../tree/zipTree.js'
import { interpolation } from './interpolation.js'

/** What one evaluates with after training with `scheduleFree`: the mean x of all iterates.
 *
 *  ```text
 *  x = y + (1/β − 1)·(y − z)        y: the parameters,  z, β: of the state
 *  ```
 *
 *  @shapes those of the parameters; new tensors, which are the caller's to dispose of.
 *  @throws `TreeMismatch` where the state is not that of these parameters, `TypeError` where it is no state of
 *    `scheduleFree`: of one deeper inside pass that record.
 *  @laws x before the first step is the parameters.
 *  @reference optax.contrib.schedule_free_eval_params
 *  @example loss(scheduleFreeEvalParams(now.state, now.params)) */
export const scheduleFreeEvalParams = <P>(
  state: { readonly z: NoInfer<P>; readonly b1: number },
  params: P & TreeOf<P>,
): P => {
  const given: unknown = state
  if (typeof given !== 'object' || given === null || !('z' in given) || !('b1' in given))
    throw new TypeError(
      'scheduleFreeEvalParams: expected the state of scheduleFree, { z, b1, … }. Of one deeper inside pass that record, such as state.inner[0].',
    )
  const ahead = 1 / interpolation('scheduleFreeEvalParams: state', state.b1) - 1
  const x = zipTree((y, z) => tf.tidy(() => tf.add(y, tf.mul(tf.sub(y, z), ahead))))
  return x(params, state.z as never) as P // z is like the parameters, and so is what comes of both
}
