import { zeros } from '../equation/Slot.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAdemamix`. */
export interface ScaleByAdemamixOptions {
  /** The decay of the fast first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** The decay of the slow first moment, in [0, 1], or a schedule.
   *
   *  @defaultValue 0.9999 */
  readonly b3?: number | Schedule
  /** The weight of the slow moment, ≥ 0, or a schedule.
   *
   *  @defaultValue 6 */
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

/** The state of `scaleByAdemamix`. */
export interface ScaleByAdemamixState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The fast first moment. */
  readonly m1: P
  /** The slow first moment. */
  readonly m2: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByAdemamixState` as a function of the parameters. */
export interface ScaleByAdemamix extends StateLambda {
  readonly State: ScaleByAdemamixState<this['Params']>
}

/** Adam with a second, slow first moment, that remembers tens of thousands of gradients.
 *
 *  ```text
 *  m₁ = β₁·m₁ + (1−β₁)·g     m₂ = β₃·m₂ + (1−β₃)·g     v = β₂·v + (1−β₂)·g²
 *  u = (m̂₁ + α·m₂) / (√(v̂ + ε_root) + ε)
 *  ```
 *
 *  @shapes state `{ count, m1, m2, nu }`; the three like the parameters, without bias correction.
 *  @units a direction, up to 1 + α long; its bounds on gradients are those of `scaleByAdam`.
 *  @laws α = 0 is `scaleByAdam`.
 *  @departs one count serves both moments. m₂ has no bias correction, as in the paper: warm α and β₃ up.
 *  @reference Pagliardini et al. 2024, arXiv:2409.03137; optax.contrib.scale_by_ademamix
 *  @example chain(scaleByAdemamix({ alpha: linearSchedule({ initValue: 0, endValue: 5, transitionSteps: 1e4 }) }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAdemamix = (given?: ScaleByAdemamixOptions): Transformation<ScaleByAdemamix> => {
  const checked = parse(given)
  const { b1, b2, b3, alpha, eps, epsRoot } = checked
  return equation({
    name: 'scaleByAdemamix',
    options: plainOptions(checked),
    slots: { m1: zeros, m2: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      b3: valueAt(b3, count),
      a3: 1 - valueAt(b3, count),
      alpha: valueAt(alpha, count),
      eps,
      epsRoot,
      r1: 1 / (1 - b1 ** (count + 1)),
      r2: 1 / (1 - b2 ** (count + 1)),
    }),
  })(
    (A) =>
      ({ update: g, m1, m2, nu }, { b1, a1, b2, a2, b3: keep, a3, alpha: weight, eps, epsRoot: root, r1, r2 }) => {
        const fast = moment(A)(b1, m1, a1, g)
        const slow = moment(A)(keep, m2, a3, g)
        const v = moment(A)(b2, nu, a2, A.mul(g, g))
        const unbiased = A.mul(v, r2)
        const spread = A.sqrt(epsRoot === 0 ? unbiased : A.add(unbiased, root))
        const direction = A.add(A.mul(fast, r1), A.mul(weight, slow))
        return { update: A.div(direction, A.add(spread, eps)), m1: fast, m2: slow, nu: v }
      },
  )
}

const parse = options('scaleByAdemamix', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  b3: withDefault(numberOrSchedule(unitInterval), 0.9999),
  alpha: withDefault(numberOrSchedule(nonNegative), 6),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
})
