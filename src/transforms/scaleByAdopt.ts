import { zeros } from '../equation/Slot.js'
import { flag, fn } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAdopt`. */
export interface ScaleByAdoptOptions {
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.9999 */
  readonly b2?: number
  /** The least divisor.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
  /** Whether normalized gradients are clipped.
   *
   *  @defaultValue true */
  readonly useClipping?: boolean
  /** The bound of that, from the count. Default count^¼: 0 at the first step. */
  readonly clipValueFn?: Schedule
}

/** The state of `scaleByAdopt`. */
export interface ScaleByAdoptState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum of what gradients are over the second moment before them. */
  readonly mu: P
  /** The second moment. */
  readonly nu: P
}

/** `ScaleByAdoptState` as a function of the parameters. */
export interface ScaleByAdopt extends StateLambda {
  readonly State: ScaleByAdoptState<this['Params']>
}

/** Adam that divides by the second moment of the gradients before, and takes the momentum afterwards: it converges for
 *  every β₂.
 *
 *  ```text
 *  x = clip(g / max(√vₜ₋₁, ε), ±clipValueFn(count))     m = β₁·m + (1−β₁)·x     v = β₂·v + (1−β₂)·g²     u = m
 *  at first v = g² and u = 0
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters.
 *  @units a direction; its bounds on gradients are those of `scaleByAdam`.
 *  @laws the first step does not move.
 *  @departs timm clips with count^⅓.
 *  @reference Taniguchi et al. 2024, arXiv:2411.02853; optax.contrib.scale_by_adopt
 *  @example chain(scaleByAdopt(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAdopt = (given?: ScaleByAdoptOptions): Transformation<ScaleByAdopt> => {
  const checked = parse(given)
  const { b1, b2, eps, nesterov, useClipping, clipValueFn } = checked
  return equation({
    name: 'scaleByAdopt',
    options: plainOptions(checked),
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: count === 0 ? 1 : 1 - b2,
      eps,
      past: count,
      most: useClipping ? clipValueFn(count) : 0,
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, past, most }) => {
    const ratio = A.div(g, A.max(A.sqrt(nu), eps))
    const x = useClipping ? A.min(A.max(ratio, A.neg(most)), most) : ratio
    const later = A.less(A.lit(0), past)
    const next = moment(A)(b1, mu, a1, x)
    const m = A.where(later, next, mu)
    const direction = nesterov ? A.where(later, moment(A)(b1, next, a1, x), mu) : m
    return { update: direction, mu: m, nu: moment(A)(b2, nu, a2, A.mul(g, g)) }
  })
}

const parse = options('scaleByAdopt', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.9999),
  eps: withDefault(nonNegative, 1e-6),
  nesterov: withDefault(flag, false),
  useClipping: withDefault(flag, true),
  clipValueFn: withDefault(
    fn<Schedule>('a function from the count to a number ≥ 0', '(count) => count ** 0.25', nonNegative),
    (count) => count ** 0.25,
  ),
})
