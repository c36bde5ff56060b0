import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import {
  adampOptions,
  scaleByAdamp,
  type ScaleByAdampOptions,
  type ScaleByAdampState,
} from '../transforms/scaleByAdamp.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adamp`. */
export interface AdampOptions extends RatedOptions, ScaleByAdampOptions {}

/** The state of `adamp`. */
export type AdampState<P> = readonly [direction: ScaleByAdampState<P>, rate: CountState]

/** `AdampState` as a function of the parameters. */
export interface Adamp extends StateLambda {
  readonly State: AdampState<this['Params']>
}

/** AdamP: Adam that does not lengthen weights whose scale does not matter.
 *
 *  ```text
 *  p ← p − η·u        u, with the decay in it: see `scaleByAdamp`
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`.
 *  @reference Heo et al. 2021, arXiv:2006.08217; timm's AdamP
 *  @example adamp({ learningRate: 1e-3, weightDecay: 0.01 }) */
export const adamp = (given: AdampOptions): Transformation<Adamp> => {
  const checked = parse(given)
  const { learningRate, ...rule } = checked
  return recipe('adamp', checked, chain(scaleByAdamp(rule), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<AdampOptions>()('adamp', { learningRate: required(numberOrSchedule(rate)), ...adampOptions })
