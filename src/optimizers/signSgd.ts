import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleBySign } from '../transforms/scaleBySign.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `signSgd`. */
export interface SignSgdOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
}

/** The state of `signSgd`. */
export type SignSgdState = readonly [direction: EmptyState, rate: CountState]

/** `SignSgdState` as a function of the parameters. */
export interface SignSgd extends StateLambda {
  readonly State: SignSgdState
}

/** Descent along the signs of gradients.
 *
 *  ```text
 *  p ← p − η·sign(g)
 *  ```
 *
 *  @shapes state `[{}, { count }]`.
 *  @laws invariant to the scale of gradients.
 *  @reference Bernstein et al. 2018, arXiv:1802.04434; optax.sign_sgd
 *  @example signSgd({ learningRate: 1e-3 }) */
export const signSgd = (given: SignSgdOptions): Transformation<SignSgd> => {
  const { learningRate } = parse(given)
  return recipe('signSgd', { learningRate }, chain(scaleBySign(), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<SignSgdOptions>()('signSgd', { learningRate: required(numberOrSchedule(rate)) })
