import { chain } from '../combinators/chain.js'
import { numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { finite, nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { scaleByPolyak, type LossValue } from '../transforms/scaleByPolyak.js'
import { recipe } from './recipe.js'
import { sgd, type SgdState } from './sgd.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { EmptyState } from '../transformation/types.js'

/** Options of `polyakSgd`. */
export interface PolyakSgdOptions {
  /** The largest step size that is tried.
   *
   *  @defaultValue 1 */
  readonly maxLearningRate?: number
  /** What the step size is multiplied with; a number or a schedule.
   *
   *  @defaultValue 1 */
  readonly scaling?: number | Schedule
  /** The least value of the loss, or a bound below it.
   *
   *  @defaultValue 0 */
  readonly fMin?: number
  /** Added to the squared norm of the gradient.
   *
   *  @defaultValue 0 */
  readonly eps?: number
  /** `'sps'`, or `'sps+'`, which never steps where the loss is below `fMin`.
   *
   *  @defaultValue 'sps' */
  readonly variant?: 'sps' | 'sps+'
}

/** The state of `polyakSgd`. */
export type PolyakSgdState = readonly [descent: SgdState<EmptyState>, step: EmptyState]

/** `PolyakSgdState` as a function of the parameters. */
export interface PolyakSgd extends StateLambda {
  readonly State: PolyakSgdState
}

/** Gradient descent with Polyak's step size: as far as would reach the least loss, were it linear.
 *
 *  ```text
 *  p ← p − γ·s·g     γ = min((value − f_min) / (‖s·g‖² + ε), maxLearningRate)        s = scaling
 *  ```
 *
 *  @shapes state `[[{}, { count }], {}]`; the extra `value` is the loss.
 *  @departs as in optax the scaling comes before the norm is measured, so it divides the step: `scaling: 0.5` doubles
 *    it. For the product chain `scaleByPolyak` and `scale` yourself.
 *  @reference Polyak 1987; Loizou et al. 2021, arXiv:2002.10542; optax.polyak_sgd
 *  @example polyakSgd({ maxLearningRate: 10 }) */
export const polyakSgd = (given?: PolyakSgdOptions): Transformation<PolyakSgd, LossValue> => {
  const checked = parse(given)
  const { scaling, ...rule } = checked
  return recipe('polyakSgd', checked, chain(sgd({ learningRate: scaling }), scaleByPolyak(rule)))
}

const parse = optionsFor<PolyakSgdOptions>()('polyakSgd', {
  maxLearningRate: withDefault(positive, 1),
  scaling: withDefault(numberOrSchedule(nonNegative), 1),
  fMin: withDefault(finite, 0),
  eps: withDefault(nonNegative, 0),
  variant: withDefault(oneOf('sps', 'sps+'), 'sps'),
})
