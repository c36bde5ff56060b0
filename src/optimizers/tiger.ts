import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { ema, type UpdateEmaState } from '../transforms/ema.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleBySign } from '../transforms/scaleBySign.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `tiger`. */
export interface TigerOptions extends RatedOptions {
  /** The decay of the momentum, in [0, 1). Default 0.965. */
  readonly beta?: number
  /** Decay of the parameters, times the learning rate: a number ≥ 0, or a schedule. Default 0.01. */
  readonly weightDecay?: number | Schedule
  /** The leaves that decay; all of them by default. */
  readonly mask?: MaskLike
}

/** The state of `tiger`. */
export type TigerState<P> = readonly [
  momentum: UpdateEmaState<P>,
  sign: EmptyState,
  decay: CountState,
  rate: CountState,
]

/** `TigerState` as a function of the parameters. */
export interface Tiger extends StateLambda {
  readonly State: TigerState<this['Params']>
}

/** Tiger: the sign of a momentum, and a single slot: Lion with both decays equal.
 *
 *  ```text
 *  m ← β·m + (1−β)·g     p ← p − η·(sign(m) + w·p)
 *  ```
 *
 *  @shapes state `[{ count, ema }, {}, { count }, { count }]`.
 *  @laws without weight decay every element moves by η, or not at all.
 *  @reference Su 2023 (github.com/bojone/tiger)
 *  @example tiger({ learningRate: 1e-3 }) */
export const tiger = (given: TigerOptions): Transformation<Tiger> => {
  const checked = parse(given)
  const { learningRate, beta, weightDecay, mask } = checked
  return recipe(
    'tiger',
    checked,
    chain(
      ema({ decay: beta, debias: false }),
      scaleBySign(),
      decayed(weightDecay, mask),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = options('tiger', {
  learningRate: required(numberOrSchedule(rate)),
  beta: withDefault(halfOpenUnit, 0.965),
  ...decayOptions(0.01),
})
