import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByRadam, type ScaleByRadamState } from '../transforms/scaleByRadam.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `radam`. */
export interface RadamOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** From which length of the average on the variance is used.
   *
   *  @defaultValue 5 */
  readonly threshold?: number
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
}

/** The state of `radam`. */
export type RadamState<P> = readonly [direction: ScaleByRadamState<P>, rate: CountState]

/** `RadamState` as a function of the parameters. */
export interface Radam extends StateLambda {
  readonly State: RadamState<this['Params']>
}

/** RAdam: Adam that begins as plain momentum, until its second moment can be trusted.
 *
 *  ```text
 *  p ← p − η·r·m̂ / (√(v̂ + ε_root) + ε),   at first p − η·m̂        (see `scaleByRadam`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu }, { count }]`.
 *  @departs as `scaleByRadam` does.
 *  @reference Liu et al. 2020, arXiv:1908.03265; optax.radam
 *  @example radam({ learningRate: 1e-3 }) */
export const radam = (given: RadamOptions): Transformation<Radam> => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('radam', checked, chain(scaleByRadam(moments), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<RadamOptions>()('radam', {
  ...adamOptions,
  threshold: withDefault(nonNegative, 5),
  nesterov: withDefault(flag, false),
})
