import type { Scalar } from '@tensorflow/tfjs-core'
import { extras } from '../scalars/extras.js'
import { oneOf } from '../scalars/kinds.js'
import { finite, nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { inProportion } from './inProportion.js'
import { equation } from '../transformation/equation.js'
import { lossValue } from './lossValue.js'

/** What a step needs that follows the loss. */
export interface LossValue {
  /** The loss at the present parameters: a finite number, or a tensor of one, which is read back from the device. */
  readonly value: number | Scalar
}

/** Options of `scaleByPolyak`. */
export interface ScaleByPolyakOptions {
  /** The least value of the loss, or a bound below it.
   *
   *  @defaultValue 0 */
  readonly fMin?: number
  /** The largest step size that is tried.
   *
   *  @defaultValue 1 */
  readonly maxLearningRate?: number
  /** Added to the squared norm of the gradient.
   *
   *  @defaultValue 0 */
  readonly eps?: number
  /** `'sps'`, or `'sps+'`, which never steps where the loss is below `fMin`.
   *
   *  @defaultValue 'sps' */
  readonly variant?: 'sps' | 'sps+'
}

/** Scales updates by the step size that would reach the least loss, were it linear.
 *
 *  ```text
 *  γ = min((value − f_min) / (‖g‖² + ε), maxLearningRate),   0 where ‖g‖² + ε ≤ 2⁻⁵²     u = γ·g
 *  ‖·‖ over the tree
 *  ```
 *
 *  @shapes any; no state; the extra `value` is the loss.
 *  @units γ is in parameters per gradient. u points uphill: `polyakSgd` turns it.
 *  @throws `TypeError` where `value` is missing or no number, `RangeError` where it is not finite: leave such a step out,
 *    or put `applyIfFinite` around.
 *  @departs a loss below `fMin` turns the step around, as in optax; `variant: 'sps+'` stands still there.
 *  @reference Polyak 1987; Loizou et al. 2021, arXiv:2002.10542; optax.scale_by_polyak
 *  @example chain(scaleByPolyak({ maxLearningRate: 10 }), scale({ stepSize: -1 })) */
export const scaleByPolyak = (given?: ScaleByPolyakOptions): Transformation<Stateless, LossValue> => {
  const checked = parse(given)
  const { fMin, maxLearningRate, eps, variant } = checked
  return equation({
    name: 'scaleByPolyak',
    options: checked,
    scalars: (_host, extra: LossValue) => {
      const { value } = needed(extra)
      return { gap: variant === 'sps+' ? Math.max(value - fMin, 0) : value - fMin, most: maxLearningRate, eps }
    },
  })((A) => ({ update: g }, { gap, most, eps }) => {
    const norm = A.treeNorm(g)
    const square = A.add(A.mul(norm, norm), eps)
    // Where the square leaves float32, γ is taken in two halves: γ‖g‖, then g/‖g‖.
    const large = A.lessEqual(A.lit(2 ** 60), norm)
    const size = A.where(
      large,
      A.min(A.div(gap, norm), A.mul(most, norm)),
      A.where(A.lessEqual(square, A.lit(2 ** -52)), A.lit(0), A.min(A.div(gap, square), most)),
    )
    return { update: A.mul(size, A.where(large, inProportion(A)(g, A.lit(1), norm), g)) }
  })
}

const needed = extras('scaleByPolyak', { value: required(lossValue) })

const parse = optionsFor<ScaleByPolyakOptions>()('scaleByPolyak', {
  fMin: withDefault(finite, 0),
  maxLearningRate: withDefault(positive, 1),
  eps: withDefault(nonNegative, 0),
  variant: withDefault(oneOf('sps', 'sps+'), 'sps'),
})
