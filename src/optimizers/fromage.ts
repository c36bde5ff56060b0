import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByTrustRatio } from '../transforms/scaleByTrustRatio.js'
import { weightsAdded } from '../transforms/weightsAdded.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `fromage`. */
export interface FromageOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** The least norm that a leaf is taken to have.
   *
   *  @defaultValue 1e-6 */
  readonly minNorm?: number
}

/** The state of `fromage`. */
export type FromageState = readonly [trust: EmptyState, rate: CountState, decay: CountState]

/** `FromageState` as a function of the parameters. */
export interface Fromage extends StateLambda {
  readonly State: FromageState
}

/** Fromage: each leaf turns by the same angle, and does not grow.
 *
 *  ```text
 *  p ← (p − η·g·‖p‖/‖g‖) / √(1 + η²)        ‖·‖ over one leaf, at least minNorm
 *  ```
 *
 *  @shapes state `[{}, { count }, { count }]`.
 *  @units η is relative to a leaf's norm: 0.01 suits most networks.
 *  @reference Bernstein et al. 2020, arXiv:2002.03432; optax.fromage
 *  @example fromage({ learningRate: 0.01 }) */
export const fromage = (given: FromageOptions): Transformation<Fromage> => {
  const checked = parse(given)
  const { learningRate, minNorm } = checked
  const shrink = (count: number) => 1 / Math.sqrt(1 + valueAt(learningRate, count) ** 2)
  // Negative, and not scaled by the rate: what divides p by √(1 + η²).
  const weightDecay = (count: number) => shrink(count) - 1
  return recipe(
    'fromage',
    checked,
    chain(
      scaleByTrustRatio({ minNorm }),
      scaleByLearningRate({ learningRate: (count) => valueAt(learningRate, count) * shrink(count) }),
      weightsAdded(weightDecay),
    ),
  )
}

const parse = optionsFor<FromageOptions>()('fromage', {
  learningRate: required(numberOrSchedule(rate)),
  minNorm: withDefault(nonNegative, 1e-6),
})
