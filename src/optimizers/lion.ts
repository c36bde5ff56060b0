import { chain } from '../combinators/chain.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByLion, type ScaleByLionState } from '../transforms/scaleByLion.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `lion`. */
export interface LionOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 1e-3 */
  readonly weightDecay?: number | Schedule
  /** Which leaves it applies to: a tree of booleans, or a function of the parameters such as `byPath(…)`. Default: all. */
  readonly mask?: MaskLike
  /** Decay between momentum and gradient in the update, in [0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the momentum, in [0, 1].
   *
   *  @defaultValue 0.99 */
  readonly b2?: number
}

/** The state of `lion`. */
export type LionState<P> = readonly [direction: ScaleByLionState<P>, decay: CountState, rate: CountState]

/** `LionState` as a function of the parameters. */
export interface Lion extends StateLambda {
  readonly State: LionState<this['Params']>
}

/** Lion: the sign of a momentum, one slot.
 *
 *  ```text
 *  p ← p − η·(sign(β₁·m + (1−β₁)·g) + w·p)     m ← β₂·m + (1−β₂)·g
 *  ```
 *
 *  @shapes state `[{ count, mu }, { count }, { count }]`.
 *  @units η is how far every parameter moves: 3-10 times less than for `adamw`, with as much more decay.
 *  @departs it decays by default (1e-3), as in optax.
 *  @reference Chen et al. 2023, arXiv:2302.06675; optax.lion
 *  @example lion({ learningRate: 1e-4, weightDecay: 0.1 }) */
export const lion = (given: LionOptions): Transformation<Lion> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, b1, b2 } = checked
  return recipe(
    'lion',
    checked,
    chain(scaleByLion({ b1, b2 }), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<LionOptions>()('lion', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 0.99),
  ...decayOptions(1e-3),
})
