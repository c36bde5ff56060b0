import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { scaleByAcprop, type ScaleByAcpropOptions, type ScaleByAcpropState } from '../transforms/scaleByAcprop.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `acprop`. */
export interface AcpropOptions extends RatedOptions, WeightDecayOptions, ScaleByAcpropOptions {}

/** The state of `acprop`. */
export type AcpropState<P> = readonly [direction: ScaleByAcpropState<P>, decay: CountState, rate: CountState]

/** `AcpropState` as a function of the parameters. */
export interface Acprop extends StateLambda {
  readonly State: AcpropState<this['Params']>
}

/** ACProp: gradients over the spread that was known before they came.
 *
 *  ```text
 *  p ← p − η·(g/(√ŝₜ₋₁ + ε) + w·p)        (see `scaleByAcprop`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`.
 *  @departs nothing; the default ε and ε_root are optax's 1e-16: an element whose first gradient is zero then takes a
 *    second step of 1e8 gradients. Pass `epsRoot: 1e-8` where that can happen.
 *  @reference Zhuang et al. 2021, arXiv:2110.05454; optax.contrib.acprop
 *  @example acprop({ learningRate: 1e-3, epsRoot: 1e-8 }) */
export const acprop = (given: AcpropOptions): Transformation<Acprop> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'acprop',
    checked,
    chain(scaleByAcprop(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('acprop', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  ...decayOptions(0),
})
