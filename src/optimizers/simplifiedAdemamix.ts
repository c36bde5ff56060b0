import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import {
  scaleBySimplifiedAdemamix,
  type ScaleBySimplifiedAdemamixOptions,
} from '../transforms/scaleBySimplifiedAdemamix.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { ScaleBySimplifiedAdemamixState } from '../transforms/scaleBySimplifiedAdemamix.js'
import type { CountState } from '../transformation/types.js'

/** Options of `simplifiedAdemamix`. */
export interface SimplifiedAdemamixOptions extends RatedOptions, WeightDecayOptions, ScaleBySimplifiedAdemamixOptions {}

/** The state of `simplifiedAdemamix`. */
export type SimplifiedAdemamixState<P> = readonly [
  direction: ScaleBySimplifiedAdemamixState<P>,
  decay: CountState,
  rate: CountState,
]

/** `SimplifiedAdemamixState` as a function of the parameters. */
export interface SimplifiedAdemamix extends StateLambda {
  readonly State: SimplifiedAdemamixState<this['Params']>
}

/** AdEMAMix with one accumulator.
 *
 *  ```text
 *  p ← p − η·((m + α·g)/(√(n̂ + ε_root) + ε) + w·p)        (see `scaleBySimplifiedAdemamix`)
 *  ```
 *
 *  @shapes state `[{ count, m, n }, { count }, { count }]`.
 *  @departs nothing.
 *  @reference Morwani et al. 2025, arXiv:2502.02431; optax.contrib.simplified_ademamix
 *  @example simplifiedAdemamix({ learningRate: 1e-5, alpha: 2 }) */
export const simplifiedAdemamix = (given: SimplifiedAdemamixOptions): Transformation<SimplifiedAdemamix> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'simplifiedAdemamix',
    checked,
    chain(scaleBySimplifiedAdemamix(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('simplifiedAdemamix', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.99),
  b2: withDefault(halfOpenUnit, 0.95),
  alpha: withDefault(numberOrSchedule(nonNegative), 0),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  ...decayOptions(0),
})
