import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  scaleByShampoo,
  type ScaleByShampooOptions,
  shampooOptions,
  type ScaleByShampooState,
} from '../transforms/scaleByShampoo.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `shampoo`. */
export interface ShampooOptions extends RatedOptions, WeightDecayOptions, ScaleByShampooOptions {}

/** The state of `shampoo`. */
export type ShampooState<P> = readonly [direction: ScaleByShampooState<P>, decay: CountState, rate: CountState]

/** `ShampooState` as a function of the parameters. */
export interface Shampoo extends StateLambda {
  readonly State: ShampooState<this['Params']>
}

/** Shampoo, grafted to Adam.
 *
 *  ```text
 *  p ← p − η·(u + w·p)        u: see `scaleByShampoo`
 *  ```
 *
 *  @shapes state `[{ count, mu, nu, left, right, leftRoot, rightRoot }, { count }, { count }]`.
 *  @departs as `scaleByShampoo` does.
 *  @reference Gupta et al. 2018, arXiv:1802.09568; Shi et al. 2023, arXiv:2309.06497; facebookresearch/optimizers
 *  @example shampoo({ learningRate: 1e-3, b2: 0.99 }) */
export const shampoo = (given: ShampooOptions): Transformation<Shampoo> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, startPreconditioningStep, ...rule } = checked
  return recipe(
    'shampoo',
    checked,
    chain(
      scaleByShampoo({ ...rule, ...(startPreconditioningStep === undefined ? {} : { startPreconditioningStep }) }),
      decayed(weightDecay, mask),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = optionsFor<ShampooOptions>()('shampoo', {
  learningRate: required(numberOrSchedule(rate)),
  ...shampooOptions,
  ...decayOptions(0),
})
