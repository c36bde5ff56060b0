import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { maskOption } from '../combinators/maskOption.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByTrustRatio } from '../transforms/scaleByTrustRatio.js'
import { trace, type TraceState } from '../transforms/trace.js'
import { recipe } from './recipe.js'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState } from '../transformation/types.js'

/** Options of `lars`. */
export interface LarsOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** How much of a parameter is taken away at each step, times the learning rate; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** Which leaves decay: true, a tree of booleans, or a function of the parameters.
   *
   *  @defaultValue true */
  readonly weightDecayMask?: MaskLike
  /** What the ratio of norms is multiplied with.
   *
   *  @defaultValue 0.001 */
  readonly trustCoefficient?: number
  /** Added to the norm of the update before dividing.
   *
   *  @defaultValue 0 */
  readonly eps?: number
  /** Which leaves are scaled by the trust ratio: true, a tree of booleans, or a function of the parameters.
   *
   *  @defaultValue true */
  readonly trustRatioMask?: MaskLike
  /** Decay of the momentum, in [0, 1].
   *
   *  @defaultValue 0.9 */
  readonly momentum?: number
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `lars`. */
export type LarsState<P> = readonly [decay: CountState, trust: EmptyState, rate: CountState, momentum: TraceState<P>]

/** `LarsState` as a function of the parameters. */
export interface Lars extends StateLambda {
  readonly State: LarsState<this['Params']>
}

/** LARS: momentum on gradients scaled to the size of each leaf, for large batches.
 *
 *  ```text
 *  g′ = g + w·p     T ← d·T − η·g′·c·‖p‖/(‖g′‖ + ε)     p ← p + T        ‖·‖ over one leaf
 *  ```
 *
 *  @shapes state `[{ count }, {}, { count }, { trace }]`.
 *  @departs the momentum comes after the learning rate, so a change of rate does not rescale it.
 *  @reference You, Gitman & Ginsburg 2017, arXiv:1708.03888; optax.lars
 *  @example lars({ learningRate: 0.1, weightDecay: 1e-4, trustRatioMask: byPath((path) => path.endsWith('kernel')) }) */
export const lars = (given: LarsOptions): Transformation<Lars> => {
  const checked = parse(given)
  const { learningRate, weightDecay, weightDecayMask, trustCoefficient, eps, trustRatioMask, momentum, nesterov } =
    checked
  return recipe(
    'lars',
    checked,
    chain(
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      masked({ mask: trustRatioMask })(scaleByTrustRatio({ trustCoefficient, eps })),
      scaleByLearningRate({ learningRate }),
      trace({ decay: momentum, nesterov }),
    ),
  )
}

const parse = optionsFor<LarsOptions>()('lars', {
  learningRate: required(numberOrSchedule(rate)),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  weightDecayMask: withDefault(maskOption, true),
  trustCoefficient: withDefault(nonNegative, 0.001),
  eps: withDefault(nonNegative, 0),
  trustRatioMask: withDefault(maskOption, true),
  momentum: withDefault(unitInterval, 0.9),
  nesterov: withDefault(flag, false),
})
