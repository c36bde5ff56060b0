import { chain } from '../combinators/chain.js'
import { split } from '../combinators/split.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { scaleByAdam, type ScaleByAdamState } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByMars, type ScaleByMarsOptions, type ScaleByMarsState } from '../transforms/scaleByMars.js'
import { adamw, type AdamwState } from './adamw.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Hidden } from '../tree/Tree.js'
import type { CountState } from '../transformation/types.js'

/** Options of `mars`. */
export interface MarsOptions extends RatedOptions, WeightDecayOptions, ScaleByMarsOptions {
  /** The decay of the second moment, in [0, 1). Default 0.99. */
  readonly b2?: number
  /** Added to the root. Default 1e-8. */
  readonly eps?: number
}

/** The state of `mars`: each part has `null` for the other's leaves. */
export interface MarsState<P> {
  /** Of leaves of two axes and more. */
  readonly mars: readonly [
    gradient: ScaleByMarsState<Hidden<P>>,
    direction: ScaleByAdamState<Hidden<P>>,
    decay: CountState,
    rate: CountState,
  ]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `MarsState` as a function of the parameters. */
export interface Mars extends StateLambda {
  readonly State: MarsState<this['Params']>
}

/** MARS-AdamW: AdamW on gradients of less variance for leaves of two axes and more, AdamW for vectors and numbers.
 *
 *  ```text
 *  p ← p − η·(adam(c/max(1, ‖c‖)) + w·p)        (see `scaleByMars`)
 *  ```
 *
 *  @shapes state `{ mars: [{ count, last }, { count, mu, nu }, { count }, { count }], adam: … }`; each has `null` for the
 *    other's leaves.
 *  @departs as `scaleByMars` does.
 *  @reference Yuan et al. 2024, arXiv:2411.10438
 *  @example mars({ learningRate: 3e-3, weightDecay: 0.01 }) */
export const mars = (given: MarsOptions): Transformation<Mars> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, gamma, b1, b2, eps } = checked
  return recipe(
    'mars',
    checked,
    split(
      'mars',
      {
        mars: chain(
          scaleByMars({ gamma, b1 }),
          scaleByAdam({ b1, b2, eps }),
          decayed(weightDecay, mask),
          scaleByLearningRate({ learningRate }),
        ),
        adam: adamw({ learningRate, b1, b2, eps, weightDecay, ...(mask === undefined ? {} : { mask }) }),
      },
      ({ shapes }) => shapes.map(({ length }) => length > 1),
    ),
  )
}

const parse = options('mars', {
  learningRate: required(numberOrSchedule(rate)),
  gamma: withDefault(nonNegative, 0.025),
  b1: withDefault(halfOpenUnit, 0.95),
  b2: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(nonNegative, 1e-8),
  ...decayOptions(0),
})
