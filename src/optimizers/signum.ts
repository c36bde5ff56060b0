import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { ema, type UpdateEmaState } from '../transforms/ema.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleBySign } from '../transforms/scaleBySign.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `signum`. */
export interface SignumOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly beta?: number
}

/** The state of `signum`. */
export type SignumState<P> = readonly [momentum: UpdateEmaState<P>, sign: EmptyState, rate: CountState]

/** `SignumState` as a function of the parameters. */
export interface Signum extends StateLambda {
  readonly State: SignumState<this['Params']>
}

/** Descent along the signs of a momentum.
 *
 *  ```text
 *  E ← β·E + (1−β)·g     p ← p − η·sign(E)
 *  ```
 *
 *  @shapes state `[{ count, ema }, {}, { count }]`.
 *  @laws invariant to the scale of gradients; beta 0 is `signSgd`.
 *  @reference Bernstein et al. 2018, arXiv:1802.04434; optax.signum
 *  @example signum({ learningRate: 1e-3 }) */
export const signum = (given: SignumOptions): Transformation<Signum> => {
  const { learningRate, beta } = parse(given)
  return recipe(
    'signum',
    { learningRate, beta },
    chain(ema({ decay: beta, debias: false }), scaleBySign(), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<SignumOptions>()('signum', {
  learningRate: required(numberOrSchedule(rate)),
  beta: withDefault(halfOpenUnit, 0.9),
})
