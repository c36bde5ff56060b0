import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { scale } from '../transforms/scale.js'
import {
  scaleByAdabound,
  type ScaleByAdaboundOptions,
  type ScaleByAdaboundState,
} from '../transforms/scaleByAdabound.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { EmptyState } from '../transformation/types.js'

/** Options of `adabound`. */
export interface AdaboundOptions extends ScaleByAdaboundOptions {}

/** The state of `adabound`. */
export type AdaboundState<P> = readonly [step: ScaleByAdaboundState<P>, sign: EmptyState]

/** `AdaboundState` as a function of the parameters. */
export interface Adabound extends StateLambda {
  readonly State: AdaboundState<this['Params']>
}

/** AdaBound: Adam at first, momentum in the end.
 *
 *  ```text
 *  p ← p − clip(Adam's rate, bounds)·m        (see `scaleByAdabound`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, {}]`.
 *  @departs as `scaleByAdabound` does.
 *  @reference Luo et al. 2019, arXiv:1902.09843
 *  @example adabound({ learningRate: 1e-3, finalLr: 0.1 }) */
export const adabound = (given: AdaboundOptions): Transformation<Adabound> => {
  const checked = parse(given)
  return recipe('adabound', checked, chain(scaleByAdabound(checked), scale({ stepSize: -1 })))
}

const parse = options('adabound', {
  learningRate: required(numberOrSchedule(rate)),
  finalLr: withDefault(nonNegative, 0.1),
  gamma: withDefault(positive, 1e-3),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(positive, 1e-8),
})
