import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { hide } from '../combinators/transformations.js'
import { positiveCount } from '../scalars/Count.js'
import { flag, numberOrSchedule, orWord } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { finite, nonNegative, positive } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { identity } from '../transformation/identity.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { CountState, EmptyState, Stateless } from '../transformation/types.js'
import { clipByBlockRms } from '../transforms/clipByBlockRms.js'
import { ema, type UpdateEma } from '../transforms/ema.js'
import { maskOption } from '../combinators/maskOption.js'
import { scale } from '../transforms/scale.js'
import { scaleByFactoredRms, type FactoredState } from '../transforms/scaleByFactoredRms.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByParamBlockRms } from '../transforms/scaleByParamBlockRms.js'
import { decayed } from './decayed.js'
import { recipe } from './recipe.js'

/** Options of `adafactor`. */
export interface AdafactorOptions {
  /** A number ≥ 0, or a schedule. Default 1: steps relative to the size of the parameters. */
  readonly learningRate?: number | Schedule
  /** Leaves whose second longest axis is shorter keep a full second moment.
   *
   *  @defaultValue 128 */
  readonly minDimSizeToFactor?: number
  /** How fast the second moment's decay approaches 1.
   *
   *  @defaultValue 0.8 */
  readonly decayRate?: number
  /** The count at which the decay starts, for training that goes on.
   *
   *  @defaultValue 0 */
  readonly decayOffset?: number
  /** Whether steps are relative to the root mean square of the parameters.
   *
   *  @defaultValue true */
  readonly multiplyByParameterScale?: boolean
  /** The largest root mean square of an update before the rate; 'none' does not clip.
   *
   *  @defaultValue 1 */
  readonly clippingThreshold?: number | 'none'
  /** The decay of the momentum; without it there is none, and no slot for it. */
  readonly momentum?: number
  /** Decay that the learning rate does not scale: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecayRate?: number | Schedule
  /** Added to squared gradients.
   *
   *  @defaultValue 1e-30 */
  readonly eps?: number
  /** Whether to factor at all.
   *
   *  @defaultValue true */
  readonly factored?: boolean
  /** The leaves that decay; all of them by default. */
  readonly weightDecayMask?: MaskLike
}

/** The state of `adafactor`: its momentum's is empty without one. */
export type AdafactorState<Factored, Momentum> = readonly [
  direction: Factored,
  clip: EmptyState,
  rate: CountState,
  size: EmptyState,
  momentum: Momentum,
  decay: CountState,
  sign: EmptyState,
]

/** `AdafactorState` as a function of the parameters. */
export interface Adafactor<Momentum extends StateLambda> extends StateLambda {
  readonly State: AdafactorState<FactoredState<this['Params']>, StateOf<Momentum, this['Params']>>
}

/** Adafactor: Adam in little memory, with steps relative to the parameters.
 *
 *  ```text
 *  u = clip(g / √(R·C)) (see `scaleByFactoredRms`)     p ← p − (η·max(rms p, 1e-3)·u, averaged with momentum) − w·p
 *  ```
 *
 *  @shapes state `[{ count, vRow, vCol, v }, {}, { count }, {}, {}, { count }, {}]`; the fifth is `{ count, ema }`
 *    with momentum.
 *  @departs the decay is not multiplied by the learning rate; rate and parameter scale come before the momentum, as in
 *    optax.
 *  @reference Shazeer & Stern 2018, arXiv:1804.04235; optax.adafactor
 *  @example adafactor({ learningRate: 1e-2, minDimSizeToFactor: 32 }) */
export function adafactor(given: AdafactorOptions & { readonly momentum: number }): Transformation<Adafactor<UpdateEma>>
export function adafactor(
  given?: Omit<AdafactorOptions, 'momentum'> & { readonly momentum?: never },
): Transformation<Adafactor<Stateless>>
export function adafactor(given?: AdafactorOptions): Transformation<Adafactor<UpdateEma | Stateless>>
export function adafactor(given?: AdafactorOptions): unknown {
  const checked = parse(given)
  const { factored, decayRate, decayOffset, minDimSizeToFactor, eps, clippingThreshold, learningRate, momentum } =
    checked
  return recipe(
    'adafactor',
    checked,
    hide(
      chain(
        scaleByFactoredRms({ factored, decayRate, stepOffset: decayOffset, minDimSizeToFactor, epsilon: eps }),
        clippingThreshold === 'none' ? hide(identity()) : hide(clipByBlockRms({ threshold: clippingThreshold })),
        scaleByLearningRate({ learningRate, flipSign: false }),
        checked.multiplyByParameterScale ? hide(scaleByParamBlockRms()) : hide(identity()),
        momentum === undefined ? hide(identity()) : hide(ema({ decay: momentum, debias: false })),
        decayed(checked.weightDecayRate, checked.weightDecayMask),
        scale({ stepSize: -1 }),
      ),
    ),
  )
}

const parse = options('adafactor', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  minDimSizeToFactor: withDefault(positiveCount, 128),
  decayRate: withDefault(nonNegative, 0.8),
  decayOffset: withDefault(finite, 0),
  multiplyByParameterScale: withDefault(flag, true),
  clippingThreshold: withDefault(orWord('none', positive), 1),
  momentum: optional(halfOpenUnit),
  weightDecayRate: withDefault(numberOrSchedule(nonNegative), 0),
  eps: withDefault(nonNegative, 1e-30),
  factored: withDefault(flag, true),
  weightDecayMask: optional(maskOption),
})
