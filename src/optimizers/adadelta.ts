import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { maskOption } from '../combinators/maskOption.js'
import { scaleByAdadelta, type ScaleByAdadeltaState } from '../transforms/scaleByAdadelta.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adadelta`. */
export interface AdadeltaOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate?: number | Schedule
  /** Decay of both averages, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly rho?: number
  /** Added under both roots.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** Which leaves decay: a tree of booleans, or a function of the parameters. Default: all. */
  readonly weightDecayMask?: MaskLike
}

/** The state of `adadelta`. */
export type AdadeltaState<P> = readonly [decay: CountState, direction: ScaleByAdadeltaState<P>, rate: CountState]

/** `AdadeltaState` as a function of the parameters. */
export interface Adadelta extends StateLambda {
  readonly State: AdadeltaState<this['Params']>
}

/** Adadelta: steps in the parameters' own units.
 *
 *  ```text
 *  p ← p − η·g′·√(X + ε)/√(E + ε)        g′ = g + w·p (see `scaleByAdadelta`)
 *  ```
 *
 *  @shapes state `[{ count }, { eG, eX }, { count }]`.
 *  @units η has none: 1 is the paper's rule.
 *  @departs weight decay comes before the preconditioner; as in optax, without a `learningRate` nothing turns the
 *    updates downhill: pass 1.
 *  @reference Zeiler 2012, arXiv:1212.5701; optax.adadelta
 *  @example adadelta({ learningRate: 1 }) */
export const adadelta = (given?: AdadeltaOptions): Transformation<Adadelta> => {
  const checked = parse(given)
  const { learningRate, rho, eps, weightDecay, weightDecayMask } = checked
  return recipe(
    'adadelta',
    checked,
    chain(
      decayed(weightDecay, weightDecayMask),
      scaleByAdadelta({ rho, eps }),
      scaleByLearningRate(learningRate === undefined ? { learningRate: 1, flipSign: false } : { learningRate }),
    ),
  )
}

const parse = optionsFor<AdadeltaOptions>()('adadelta', {
  learningRate: optional(numberOrSchedule(rate)),
  rho: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-6),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  weightDecayMask: optional(maskOption),
})
