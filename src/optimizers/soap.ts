import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleBySoap, type ScaleBySoapOptions, soapOptions, type ScaleBySoapState } from '../transforms/scaleBySoap.js'
import { decayOptions } from './decayed.js'
import { decayedAfter } from './decayedAfter.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `soap`. */
export interface SoapOptions extends RatedOptions, WeightDecayOptions, ScaleBySoapOptions {
  /** Decay of the parameters after the step, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0.01 */
  readonly weightDecay?: number | Schedule
}

/** The state of `soap`. */
export type SoapState<P> = readonly [direction: ScaleBySoapState<P>, rate: CountState, decay: CountState]

/** `SoapState` as a function of the parameters. */
export interface Soap extends StateLambda {
  readonly State: SoapState<this['Params']>
}

/** SOAP: Adam in the eigenbases of Shampoo.
 *
 *  ```text
 *  p ← p − η·u     p ← p − η·w·p        u: see `scaleBySoap`; the first step does neither
 *  ```
 *
 *  @shapes state `[{ count, mu, nu, left, right, leftBasis, rightBasis }, { count }, { count }]`.
 *  @departs as `scaleBySoap` does; the decay comes after the step, as in the authors' code.
 *  @reference Vyas et al. 2024, arXiv:2409.11321; nikhilvyas/SOAP
 *  @example soap({ learningRate: 3e-3 }) */
export const soap = (given: SoapOptions): Transformation<Soap> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, shampooBeta, ...rule } = checked
  return recipe(
    'soap',
    checked,
    chain(
      scaleBySoap({ ...rule, ...(shampooBeta === undefined ? {} : { shampooBeta }) }),
      scaleByLearningRate({ learningRate }),
      decayedAfter(learningRate, weightDecay, mask, 1),
    ),
  )
}

const parse = optionsFor<SoapOptions>()('soap', {
  learningRate: required(numberOrSchedule(rate)),
  ...soapOptions,
  ...decayOptions(0.01),
})
