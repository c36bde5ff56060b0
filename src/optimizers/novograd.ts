import { chain } from '../combinators/chain.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByNovograd, type ScaleByNovogradState } from '../transforms/scaleByNovograd.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `novograd`. */
export interface NovogradOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.25 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** How much of a parameter is added to its normalized gradient; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
}

/** The state of `novograd`. */
export type NovogradState<P> = readonly [direction: ScaleByNovogradState<P>, rate: CountState]

/** `NovogradState` as a function of the parameters. */
export interface Novograd extends StateLambda {
  readonly State: NovogradState<this['Params']>
}

/** NovoGrad: one second moment for each leaf, decay inside the momentum.
 *
 *  ```text
 *  m ← β₁·m + g/(√(ν + ε_root) + ε) + w·p     p ← p − η·m        (see `scaleByNovograd`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`; nu one number for each leaf.
 *  @departs as `scaleByNovograd` does; schedules work, which optax refuses.
 *  @reference Ginsburg et al. 2019, arXiv:1905.11286; optax.novograd
 *  @example novograd({ learningRate: 0.01, weightDecay: 1e-3 }) */
export const novograd = (given: NovogradOptions): Transformation<Novograd> => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('novograd', checked, chain(scaleByNovograd(moments), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<NovogradOptions>()('novograd', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 0.25),
  eps: withDefault(nonNegative, 1e-6),
  epsRoot: withDefault(nonNegative, 0),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
})
