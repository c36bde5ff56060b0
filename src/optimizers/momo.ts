import { perTree, zeros } from '../equation/Slot.js'
import { extras } from '../scalars/extras.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import { lossValue } from '../transforms/lossValue.js'
import { moment } from '../transforms/moment.js'
import type { LossValue } from '../transforms/scaleByPolyak.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `momo`. */
export interface MomoOptions {
  /** The longest step: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly beta?: number
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

/** The state of `momo`. */
export interface MomoState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The running mean of the loss. */
  readonly barf: number
  /** The momentum. */
  readonly expAvg: P
  /** The running mean of gradients times parameters: one number. */
  readonly gamma: Tensor
  /** What the loss is taken not to fall below: one number. */
  readonly lb: Tensor
}

/** `MomoState` as a function of the parameters. */
export interface Momo extends StateLambda {
  readonly State: MomoState<this['Params']>
}

/** Momentum whose step size would bring a model of the loss down to its bound: a Polyak step for momentum.
 *
 *  ```text
 *  f̄ = β·f̄ + (1−β)·value     m = β·m + (1−β)·g     γ = β·γ + (1−β)·⟨g, p⟩        β = 0 at first
 *  τ = min(η, max((1 + η·w)·(f̄ − bound − γ) + ⟨m, p⟩, 0)/‖m‖²)     p ← (p − (1 + η·w)·τ·m)/(1 + η·w)
 *  ```
 *
 *  @shapes state `{ count, barf, expAvg, gamma, lb }`; expAvg like the parameters, gamma and lb one number for the tree;
 *    the extra `value` is the loss.
 *  @throws `TypeError` where `value` is missing or no number, `RangeError` where it is not finite.
 *  @laws steps are at most η times the momentum; where the loss is at its bound nothing moves.
 *  @departs nothing; as in optax, where ‖m‖² ≤ 2⁻⁵² nothing moves.
 *  @reference Schaipp et al. 2023, arXiv:2305.07583; optax.contrib.momo
 *  @example momo({ learningRate: 1, lowerBound: 0.5 }) */
export const momo = (given?: MomoOptions): Transformation<Momo, LossValue> => {
  const checked = parse(given)
  const { learningRate, beta, lowerBound, weightDecay, adaptLowerBound } = checked
  const averaged = (now: Modelled, extra: LossValue): number => {
    const keep = now.count === 0 ? 0 : beta
    return keep * now.barf + (1 - keep) * needed(extra).value
  }
  return steadyEquation({
    name: 'momo',
    options: plainOptions(checked),
    slots: { expAvg: zeros, gamma: perTree(0), lb: perTree(lowerBound) },
    host: {
      init: { count: 0, barf: 0 },
      next: (now: Modelled, extra: LossValue) => ({ count: now.count + 1, barf: averaged(now, extra) }),
    },
    scalars: (now, extra: LossValue) => {
      const keep = now.count === 0 ? 0 : beta
      const most = valueAt(learningRate, now.count)
      const growth = 1 + most * weightDecay
      return {
        keep,
        take: 1 - keep,
        barf: averaged(now, extra),
        most,
        growth,
        decay: (most * weightDecay) / growth,
        floor: lowerBound,
      }
    },
  })((A) => ({ update: g, param, expAvg, gamma, lb }, { keep, take, barf, most, growth, decay, floor }) => {
    const m = moment(A)(keep, expAvg, take, g)
    const inner = moment(A)(keep, gamma, take, A.treeSum(A.mul(g, param)))
    const square = A.treeSum(A.mul(m, m))
    const along = A.treeSum(A.mul(m, param))
    const cap = A.add(A.mul(growth, A.sub(barf, inner)), along)
    const bound = adaptLowerBound
      ? A.where(A.less(cap, A.mul(growth, lb)), A.max(A.div(cap, A.mul(A.lit(2), growth)), floor), lb)
      : lb
    const gap = A.max(A.sub(cap, A.mul(growth, bound)), A.lit(0))
    const reach = A.where(A.lessEqual(square, A.lit(2 ** -52)), A.lit(0), A.div(gap, square))
    const size = A.min(most, reach)
    const left = A.sub(A.sub(A.add(barf, along), inner), A.mul(A.lit(0.5), A.mul(size, square)))
    return {
      update: A.neg(A.add(A.mul(decay, param), A.mul(size, m))),
      expAvg: m,
      gamma: inner,
      lb: adaptLowerBound ? A.max(left, floor) : lb,
    }
  })
}

interface Modelled {
  readonly count: number
  readonly barf: number
}

const needed = extras('momo', { value: required(lossValue) })

const parse = options('momo', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  beta: withDefault(halfOpenUnit, 0.9),
  lowerBound: withDefault(finite, 0),
  weightDecay: withDefault(nonNegative, 0),
  adaptLowerBound: withDefault(flag, false),
})
