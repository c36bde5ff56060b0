import { perTree, zeros } from '../equation/Slot.js'
import { extras } from '../scalars/extras.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { finite, nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import { lossValue } from '../transforms/lossValue.js'
import { moment } from '../transforms/moment.js'
import type { LossValue } from '../transforms/scaleByPolyak.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `momoAdam`. */
export interface MomoAdamOptions {
  /** The longest step: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1e-2 */
  readonly learningRate?: number | Schedule
  /** The decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root, > 0.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** What the loss is known not to fall below.
   *
   *  @defaultValue 0 */
  readonly lowerBound?: number
  /** Decay of the parameters, times the learning rate.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
  /** Whether the bound is learned, from `lowerBound` upwards.
   *
   *  @defaultValue false */
  readonly adaptLowerBound?: boolean
}

/** The state of `momoAdam`. */
export interface MomoAdamState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The running mean of the loss. */
  readonly barf: number
  /** The first moment, without bias correction. */
  readonly expAvg: P
  /** The second moment, without bias correction. */
  readonly expAvgSq: P
  /** The running mean of gradients times parameters: one number. */
  readonly gamma: Tensor
  /** What the loss is taken not to fall below: one number. */
  readonly lb: Tensor
}

/** `MomoAdamState` as a function of the parameters. */
export interface MomoAdam extends StateLambda {
  readonly State: MomoAdamState<this['Params']>
}

/** Adam whose step size would bring a model of the loss down to its bound.
 *
 *  ```text
 *  f̄ = β₁·f̄ + (1−β₁)·value     γ = β₁·γ + (1−β₁)·⟨g, p⟩     m, v as Adam     D = √v̂ + ε     c = 1 − β₁ᵗ
 *  τ = min(η/c, max((1 + η·w)·(f̄ − c·bound − γ) + ⟨m, p⟩, 0)/⟨m, m/D⟩)     p ← p/(1 + η·w) − τ·m/D
 *  ```
 *
 *  @shapes state `{ count, barf, expAvg, expAvgSq, gamma, lb }`; two like the parameters, gamma and lb one number for the
 *    tree; the extra `value` is the loss.
 *  @throws `TypeError` where `value` is missing or no number, `RangeError` where it is not finite.
 *  @laws where the loss is far above its bound it is `adam`.
 *  @departs nothing; as in optax, where ⟨m, m/D⟩ ≤ 2⁻⁵² nothing moves.
 *  @reference Schaipp et al. 2023, arXiv:2305.07583; optax.contrib.momo_adam
 *  @example momoAdam({ learningRate: 1e-2 }) */
export const momoAdam = (given?: MomoAdamOptions): Transformation<MomoAdam, LossValue> => {
  const checked = parse(given)
  const { learningRate, b1, b2, eps, lowerBound, weightDecay, adaptLowerBound } = checked
  const averaged = ({ barf }: Modelled, extra: LossValue): number => b1 * barf + (1 - b1) * needed(extra).value
  return steadyEquation({
    name: 'momoAdam',
    options: plainOptions(checked),
    slots: { expAvg: zeros, expAvgSq: zeros, gamma: perTree(0), lb: perTree(lowerBound) },
    host: {
      init: { count: 0, barf: 0 },
      next: (now: Modelled, extra: LossValue) => ({ count: now.count + 1, barf: averaged(now, extra) }),
    },
    scalars: (now, extra: LossValue) => {
      const most = valueAt(learningRate, now.count)
      const growth = 1 + most * weightDecay
      const c1 = 1 - b1 ** (now.count + 1)
      return {
        b1,
        a1: 1 - b1,
        b2,
        a2: 1 - b2,
        r2: 1 / (1 - b2 ** (now.count + 1)),
        eps,
        barf: averaged(now, extra),
        most: most / c1,
        growth,
        decay: (most * weightDecay) / growth,
        c1,
        floor: lowerBound,
      }
    },
  })(
    (A) =>
      (
        { update: g, param, expAvg, expAvgSq, gamma, lb },
        { b1, a1, b2, a2, r2, eps, barf, most, growth, decay, c1, floor },
      ) => {
        const m = moment(A)(b1, expAvg, a1, g)
        const v = moment(A)(b2, expAvgSq, a2, A.mul(g, g))
        const direction = A.div(m, A.add(A.sqrt(A.mul(v, r2)), eps))
        const inner = moment(A)(b1, gamma, a1, A.treeSum(A.mul(g, param)))
        const square = A.treeSum(A.mul(m, direction))
        const along = A.treeSum(A.mul(m, param))
        const cap = A.add(A.mul(growth, A.sub(barf, inner)), along)
        const least = A.mul(growth, c1)
        const bound = adaptLowerBound
          ? A.where(A.less(cap, A.mul(least, lb)), A.max(A.div(cap, A.mul(A.lit(2), least)), floor), lb)
          : lb
        const gap = A.max(A.sub(cap, A.mul(least, bound)), A.lit(0))
        const reach = A.where(A.lessEqual(square, A.lit(2 ** -52)), A.lit(0), A.div(gap, square))
        const size = A.min(most, reach)
        const left = A.sub(A.sub(A.add(barf, along), inner), A.mul(A.lit(0.5), A.mul(size, square)))
        return {
          update: A.neg(A.add(A.mul(decay, param), A.mul(size, direction))),
          expAvg: m,
          expAvgSq: v,
          gamma: inner,
          lb: adaptLowerBound ? A.max(A.div(left, c1), floor) : lb,
        }
      },
  )
}

interface Modelled {
  readonly count: number
  readonly barf: number
}

const needed = extras('momoAdam', { value: required(lossValue) })

const parse = options('momoAdam', {
  learningRate: withDefault(numberOrSchedule(rate), 1e-2),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(positive, 1e-8),
  lowerBound: withDefault(finite, 0),
  weightDecay: withDefault(nonNegative, 0),
  adaptLowerBound: withDefault(flag, false),
})
