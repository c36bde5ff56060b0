import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { sgdpOptions, scaleBySgdp, type ScaleBySgdpOptions, type ScaleBySgdpState } from '../transforms/scaleBySgdp.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `sgdp`. */
export interface SgdpOptions extends RatedOptions, ScaleBySgdpOptions {}

/** The state of `sgdp`. */
export type SgdpState<P> = readonly [direction: ScaleBySgdpState<P>, rate: CountState]

/** `SgdpState` as a function of the parameters. */
export interface Sgdp extends StateLambda {
  readonly State: SgdpState<this['Params']>
}

/** SGDP: momentum that does not lengthen weights whose scale does not matter.
 *
 *  ```text
 *  p ← p − η·u        u, with the decay in it: see `scaleBySgdp`
 *  ```
 *
 *  @shapes state `[{ count, trace }, { count }]`.
 *  @reference Heo et al. 2021, arXiv:2006.08217; timm's SGDP
 *  @example sgdp({ learningRate: 0.1, momentum: 0.9 }) */
export const sgdp = (given: SgdpOptions): Transformation<Sgdp> => {
  const checked = parse(given)
  const { learningRate, ...rule } = checked
  return recipe('sgdp', checked, chain(scaleBySgdp(rule), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<SgdpOptions>()('sgdp', { learningRate: required(numberOrSchedule(rate)), ...sgdpOptions })
