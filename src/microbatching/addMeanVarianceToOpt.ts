import { chain } from '../combinators/chain.js'
import { multiSteps, type MultiStepping } from '../combinators/multiSteps.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { Chained, ExtraOf, LambdaOf } from '../transformation/types.js'
import {
  type MeanAndVariance,
  type MeanAndVarianceOptions,
  trackPerElementMeanAndVarianceWithEma,
} from './trackPerElementMeanAndVarianceWithEma.js'

/** Runs an optimizer on the mean of gradients of single examples, and tracks their mean and variance beside it.
 *
 *  ```text
 *  chain(trackPerElementMeanAndVarianceWithEma(options), multiSteps({ everyKSchedule: accumulationSteps })(opt))
 *  ```
 *
 *  @shapes gradients have axes of examples beside those of the parameters; state `[{ count, microStep, emaDecay, meanGradsEma,
 *    varianceGradsEma, meanGrads, sumSqDiffGrads }, { inner, acc, … }]`.
 *  @throws what its two parts throw.
 *  @laws the optimizer's own steps are those of `averagePerElementUpdates` before it.
 *  @departs options first, then the optimizer, as with every wrapper here.
 *  @reference optax.experimental.aggregating.add_mean_variance_to_opt; McCandlish et al. 2018, arXiv:1812.06162 for what the
 *    noise of gradients tells
 *  @example addMeanVarianceToOpt({ emaDecay: 0.99 })(adam({ learningRate: 1e-3 })) */
export const addMeanVarianceToOpt = (given: MeanAndVarianceOptions = {}) => {
  const tracked = trackPerElementMeanAndVarianceWithEma(given)
  const gathered = multiSteps({ everyKSchedule: given.accumulationSteps ?? 1 })
  return <T extends AnyTransformation>(
    opt: T,
  ): Transformation<Chained<readonly [MeanAndVariance, MultiStepping<LambdaOf<T>>]>, {} & ExtraOf<T>> =>
    chain(tracked, gathered(opt))
}
