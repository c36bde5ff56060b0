import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import {
  adamMiniOptions,
  scaleByAdamMini,
  type ScaleByAdamMiniOptions,
  type ScaleByAdamMiniState,
} from '../transforms/scaleByAdamMini.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adamMini`. */
export interface AdamMiniOptions extends RatedOptions, WeightDecayOptions, ScaleByAdamMiniOptions {}

/** The state of `adamMini`. */
export type AdamMiniState<P> = readonly [direction: ScaleByAdamMiniState<P>, decay: CountState, rate: CountState]

/** `AdamMiniState` as a function of the parameters. */
export interface AdamMini extends StateLambda {
  readonly State: AdamMiniState<this['Params']>
}

/** Adam-mini: AdamW with one second moment for a block of parameters.
 *
 *  ```text
 *  p ← p − η·(m̂/(√v̂ + ε) + w·p)        v: see `scaleByAdamMini`
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }, { count }]`.
 *  @departs as `scaleByAdamMini` does; the authors let norms and biases not decay, which `mask` says here.
 *  @reference Zhang et al. 2024, arXiv:2406.16793; zyushun/Adam-mini
 *  @example adamMini({ learningRate: 1e-3, weightDecay: 0.1 }) */
export const adamMini = (given: AdamMiniOptions): Transformation<AdamMini> => {
  const { learningRate, weightDecay, mask, blocks, ...rule } = parse(given)
  return recipe(
    'adamMini',
    { learningRate, weightDecay, ...rule, blocks },
    chain(
      scaleByAdamMini({ ...rule, ...(blocks === undefined ? {} : { blocks }) }),
      decayed(weightDecay, mask),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = optionsFor<AdamMiniOptions>()('adamMini', {
  learningRate: required(numberOrSchedule(rate)),
  ...adamMiniOptions,
  ...decayOptions(0),
})
