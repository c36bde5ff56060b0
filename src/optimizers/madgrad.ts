import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { scaleByMadgrad, type ScaleByMadgradOptions, type ScaleByMadgradState } from '../transforms/scaleByMadgrad.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `madgrad`. */
export interface MadgradOptions extends ScaleByMadgradOptions {
  /** Added to gradients, times the parameters: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
}

/** The state of `madgrad`. */
export type MadgradState<P> = readonly [decay: CountState, step: ScaleByMadgradState<P>]

/** `MadgradState` as a function of the parameters. */
export interface Madgrad extends StateLambda {
  readonly State: MadgradState<this['Params']>
}

/** MADGRAD: dual averaging with momentum, over the cube root of summed squares.
 *
 *  ```text
 *  p ← momentum·p + (1 − momentum)·(p₀ − s/(∛G + ε))        on the gradients g + w·p (see `scaleByMadgrad`)
 *  ```
 *
 *  @shapes state `[{ count }, { count, gradSumSq, s, x0 }]`.
 *  @departs nothing; the decay is part of the gradient, as in optax.
 *  @reference Defazio & Jelassi 2021, arXiv:2101.11075; optax.contrib.madgrad
 *  @example madgrad({ learningRate: 1e-2 }) */
export const madgrad = (given: MadgradOptions): Transformation<Madgrad> => {
  const checked = parse(given)
  const { weightDecay, ...rule } = checked
  return recipe('madgrad', checked, chain(addDecayedWeights({ weightDecay }), scaleByMadgrad(rule)))
}

const parse = options('madgrad', {
  learningRate: required(numberOrSchedule(rate)),
  momentum: withDefault(halfOpenUnit, 0.9),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  eps: withDefault(positive, 1e-6),
})
