import { checkFields } from '../scalars/checkFields.js'
import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from '../tree/mapTree.js'
import type { Tree } from '../tree/Tree.js'
import type { MeanAndVarianceState } from './trackPerElementMeanAndVarianceWithEma.js'

/** The averages that `trackPerElementMeanAndVarianceWithEma` keeps, corrected for their start at zero.
 *
 *  ```text
 *  M/(1 − dᵗ), V/(1 − dᵗ)        t readings; before the first of them zero
 *  ```
 *
 *  @shapes two trees like the parameters, of new tensors.
 *  @departs it takes the record itself, not a state in which to look for it; before the first reading optax has NaN.
 *  @reference optax.experimental.aggregating.get_unbiased_mean_and_variance_ema
 *  @example const { mean, variance } = getUnbiasedMeanAndVarianceEma(now.state[0]) */
export const getUnbiasedMeanAndVarianceEma = <P>(
  state: MeanAndVarianceState<P>,
): { readonly mean: P; readonly variance: P } => {
  checkFields(
    'getUnbiasedMeanAndVarianceEma: state',
    state,
    { count: 'number', emaDecay: 'number', meanGradsEma: 'unknown', varianceGradsEma: 'unknown' },
    'Pass the state of trackPerElementMeanAndVarianceWithEma.',
  )
  const { count, emaDecay, meanGradsEma, varianceGradsEma } = state
  const whole = count === 0 ? 1 : 1 - emaDecay ** count
  // a tree of tensors, and one of its own structure
  const unbiased = (tree: P): P => mapTree((leaf: tf.Tensor) => tf.div(leaf, whole))(tree as Tree) as P
  return { mean: unbiased(meanGradsEma), variance: unbiased(varianceGradsEma) }
}
