import { chain } from '../combinators/chain.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByTrustRatio } from '../transforms/scaleByTrustRatio.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `lamb`. */
export interface LambOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** Which leaves it applies to: a tree of booleans, or a function of the parameters such as `byPath(…)`. Default: all. */
  readonly mask?: MaskLike
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
}

/** The state of `lamb`. */
export type LambState<P> = readonly [
  direction: ScaleByAdamState<P>,
  decay: CountState,
  trust: EmptyState,
  rate: CountState,
]

/** `LambState` as a function of the parameters. */
export interface Lamb extends StateLambda {
  readonly State: LambState<this['Params']>
}

/** LAMB: Adam scaled to the size of each leaf, for large batches.
 *
 *  ```text
 *  r = m̂ / (√(v̂ + ε_root) + ε) + w·p     p ← p − η·r·‖p‖/‖r‖        ‖·‖ over one leaf
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, {}, { count }]`.
 *  @departs every leaf is scaled, biases too, as in optax.
 *    One count for all leaves, as in `scaleByAdam`.
 *  @reference You et al. 2020, arXiv:1904.00962; optax.lamb
 *  @example lamb({ learningRate: 1e-2, weightDecay: 0.01 }) */
export const lamb = (given: LambOptions): Transformation<Lamb> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'lamb',
    checked,
    chain(scaleByAdam(moments), decayed(weightDecay, mask), scaleByTrustRatio(), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<LambOptions>()('lamb', {
  ...adamOptions,
  eps: withDefault(nonNegative, 1e-6),
  ...decayOptions(0),
})
