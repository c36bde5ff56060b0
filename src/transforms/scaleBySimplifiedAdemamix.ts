import { zeros } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleBySimplifiedAdemamix`. */
export interface ScaleBySimplifiedAdemamixOptions {
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.99 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly b2?: number
  /** The weight of the gradient beside the momentum, ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly alpha?: number | Schedule
  /** Added to the root.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
}

/** The state of `scaleBySimplifiedAdemamix`. */
export interface ScaleBySimplifiedAdemamixState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The sum of gradients, which decays. */
  readonly m: P
  /** The second moment, without bias correction. */
  readonly n: P
}

/** `ScaleBySimplifiedAdemamixState` as a function of the parameters. */
export interface ScaleBySimplifiedAdemamix extends StateLambda {
  readonly State: ScaleBySimplifiedAdemamixState<this['Params']>
}

/** AdEMAMix with one accumulator: momentum that sums, and the gradient itself.
 *
 *  ```text
 *  m = β₁·m + g     n = β₂·n + (1−β₂)·g²     u = (m + α·g) / (√(n̂ + ε_root) + ε)
 *  ```
 *
 *  @shapes state `{ count, m, n }`; m and n like the parameters, n without bias correction.
 *  @units directions, up to α + 1/(1−β₁) long: its learning rate is that much smaller than Adam's.
 *  @departs nothing.
 *  @reference Morwani et al. 2025, arXiv:2502.02431; optax.contrib.scale_by_simplified_ademamix
 *  @example chain(scaleBySimplifiedAdemamix({ alpha: 2 }), scaleByLearningRate({ learningRate: 1e-5 })) */
export const scaleBySimplifiedAdemamix = (
  given?: ScaleBySimplifiedAdemamixOptions,
): Transformation<ScaleBySimplifiedAdemamix> => {
  const checked = parse(given)
  const { b1, b2, alpha, eps, epsRoot } = checked
  return equation({
    name: 'scaleBySimplifiedAdemamix',
    options: plainOptions(checked),
    slots: { m: zeros, n: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      b2,
      a2: 1 - b2,
      alpha: valueAt(alpha, count),
      eps,
      epsRoot,
      r2: 1 / (1 - b2 ** (count + 1)),
    }),
  })((A) => ({ update: g, m, n }, { b1, b2, a2, alpha: weight, eps, epsRoot: root, r2 }) => {
    const sum = A.add(A.mul(b1, m), g)
    const square = moment(A)(b2, n, a2, A.mul(g, g))
    const unbiased = A.mul(square, r2)
    const spread = A.sqrt(epsRoot === 0 ? unbiased : A.add(unbiased, root))
    return { update: A.div(A.add(sum, A.mul(weight, g)), A.add(spread, eps)), m: sum, n: square }
  })
}

const parse = options('scaleBySimplifiedAdemamix', {
  b1: withDefault(halfOpenUnit, 0.99),
  b2: withDefault(halfOpenUnit, 0.95),
  alpha: withDefault(numberOrSchedule(nonNegative), 0),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
})
