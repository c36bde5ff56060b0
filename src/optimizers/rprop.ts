import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scale } from '../transforms/scale.js'
import { scaleByRprop, type ScaleByRpropState } from '../transforms/scaleByRprop.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { EmptyState } from '../transformation/types.js'

/** Options of `rprop`. */
export interface RpropOptions {
  /** The first step size of every element. At least 0. */
  readonly learningRate: number
  /** By how much a step size shrinks where the sign of the gradient changes.
   *
   *  @defaultValue 0.5 */
  readonly etaMinus?: number
  /** By how much a step size grows where the sign stays.
   *
   *  @defaultValue 1.2 */
  readonly etaPlus?: number
  /** The least step size of an element.
   *
   *  @defaultValue 1e-6 */
  readonly minStepSize?: number
  /** The largest step size of an element.
   *
   *  @defaultValue 50 */
  readonly maxStepSize?: number
  /** Leaves out the element whose sign has changed for one step.
   *
   *  @defaultValue true */
  readonly lag?: boolean
}

/** The state of `rprop`. */
export type RpropState<P> = readonly [step: ScaleByRpropState<P>, sign: EmptyState]

/** `RpropState` as a function of the parameters. */
export interface Rprop extends StateLambda {
  readonly State: RpropState<this['Params']>
}

/** Rprop: step sizes of their own for every parameter, from the signs of full-batch gradients.
 *
 *  ```text
 *  p ← p − u        (see `scaleByRprop`)
 *  ```
 *
 *  @shapes state `[{ stepSizes, prevUpdates }, {}]`.
 *  @units `learningRate` is where the step sizes start; no schedule, for it is read once.
 *  @departs steps come one update late, as in optax; `lag: false` is the paper's rule.
 *  @reference Riedmiller & Braun 1993; optax.rprop
 *  @example rprop({ learningRate: 0.01, lag: false }) */
export const rprop = (given: RpropOptions): Transformation<Rprop> => {
  const checked = parse(given)
  return recipe('rprop', checked, chain(scaleByRprop(checked), scale({ stepSize: -1 })))
}

const parse = optionsFor<RpropOptions>()('rprop', {
  learningRate: required(rate),
  etaMinus: withDefault(positive, 0.5),
  etaPlus: withDefault(positive, 1.2),
  minStepSize: withDefault(nonNegative, 1e-6),
  maxStepSize: withDefault(positive, 50),
  lag: withDefault(flag, true),
})
