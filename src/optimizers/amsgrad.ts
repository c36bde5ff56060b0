import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Chained, Counting, CountState } from '../transformation/types.js'
import { type ByLeaf, countOption, type CountBy, type CountedBy, type Counts } from '../transforms/countOption.js'
import { type ScaleByAmsgrad, scaleByAmsgrad, type ScaleByAmsgradState } from '../transforms/scaleByAmsgrad.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'
import type { Schedule } from '../scalars/Schedule.js'

/** Options of `amsgrad`. */
export interface AmsgradOptions {
  /** The step size, a number or a schedule over the count of updates. At least 0; in the units of the parameters. */
  readonly learningRate: number | Schedule
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
  /** Corrects the first moment for its start at zero.
   *
   *  @defaultValue true */
  readonly biasCorrectionMu?: boolean
  /** Corrects the second moment for its start at zero.
   *
   *  @defaultValue true */
  readonly biasCorrectionNu?: boolean
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

/** The state of `amsgrad`. */
export type AmsgradState<P> = readonly [direction: ScaleByAmsgradState<P>, rate: CountState]

/** `AmsgradState` as a function of the parameters. */
export interface Amsgrad extends StateLambda {
  readonly State: AmsgradState<this['Params']>
}

/** The state of `amsgrad` where each leaf counts, as a function of the parameters. */
export type AmsgradByLeaf = Chained<readonly [ByLeaf<ScaleByAmsgrad>, Counting]>

/** Adam whose second moment never falls.
 *
 *  ```text
 *  p ← p − η·m̂ / (√(max v̂ + ε_root) + ε)        (see `scaleByAmsgrad`)
 *  ```
 *
 *  @shapes state `[{ count, mu, nu, nuMax }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAmsgrad`.
 *  @departs as `scaleByAmsgrad` does: PyTorch takes the maximum before bias correction, the paper corrects nothing.
 *  @reference Reddi, Kale & Kumar 2018, arXiv:1904.09237; optax.amsgrad
 *  @example amsgrad({ learningRate: 1e-3 }) */
export function amsgrad<C extends CountBy = 'step'>(
  given: AmsgradOptions & Counts<C>,
): Transformation<CountedBy<C, Amsgrad, AmsgradByLeaf>>
export function amsgrad(given: AmsgradOptions & Counts<'step'>): Transformation<Amsgrad>
export function amsgrad(given: AmsgradOptions): Transformation<CountedBy<CountBy, Amsgrad, AmsgradByLeaf>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('amsgrad', checked, chain(scaleByAmsgrad(moments), scaleByLearningRate({ learningRate })))
}

const parse = optionsFor<AmsgradOptions>()('amsgrad', {
  ...adamOptions,
  biasCorrectionMu: withDefault(flag, true),
  biasCorrectionNu: withDefault(flag, true),
  ...countOption,
})
