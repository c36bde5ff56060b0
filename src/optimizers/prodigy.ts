import { copied, perTree, zeros } from '../equation/Slot.js'
import { flag, numberOrSchedule, pairOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting } from '../transformation/equation.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import { moment } from '../transforms/moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `prodigy`. */
export interface ProdigyOptions {
  /** A factor of the rate that it finds: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
  /** The decays of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** The decay of the sums that the estimate is made of, in [0, 1). Default √betas[1]. */
  readonly beta3?: number
  /** Added to roots, > 0, times the estimate.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The first guess of the distance to the solution, > 0: too small costs a few steps, too large diverges.
   *
   *  @defaultValue 1e-6 */
  readonly estimLr0?: number
  /** A factor of the estimate, > 0.
   *
   *  @defaultValue 1 */
  readonly estimLrCoef?: number
  /** Decay of the parameters, times the whole rate.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
  /** Whether the learning rate is left out of the estimate's denominator, for schedules that warm up.
   *
   *  @defaultValue false */
  readonly safeguardWarmup?: boolean
}

/** The state of `prodigy`. */
export interface ProdigyState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, of gradients times the rate. */
  readonly expAvg: P
  /** The second moment, of the same. */
  readonly expAvgSq: P
  /** The weighted sum of gradients. */
  readonly gradSum: P
  /** The parameters at the start. */
  readonly params0: P
  /** The rate that was found: one number. */
  readonly estimLr: Tensor
  /** What it is estimated from, beside the sum: one number. */
  readonly numeratorWeighted: Tensor
}

/** `ProdigyState` as a function of the parameters. */
export interface Prodigy extends StateLambda {
  readonly State: ProdigyState<this['Params']>
}

/** Adam that learns its learning rate: D-Adaptation whose weights grow with the estimate d.
 *
 *  ```text
 *  λ = d·η·√(1−β₂ᵗ)/(1−β₁ᵗ)     m ← β₁·m + (1−β₁)·d·g     v ← β₂·v + (1−β₂)·(d·g)²
 *  s ← β₃·s + λ·d·g/d₀     r ← β₃·r + d/d₀·λ·Σ g·(p₀ − p)     d ← max(d, coef·r/Σ|s|)
 *  p ← p − λ·m/(√v + d·ε) − w·λ·p
 *  ```
 *
 *  @shapes state `{ count, expAvg, expAvgSq, gradSum, params0, estimLr, numeratorWeighted }`; four like the parameters,
 *    the last two one number for the tree.
 *  @units the rate is found in the parameters' units. Moments hold d·g: with d = 1e-6, gradients below 1e-13 have no
 *    square in float32, and count as zero.
 *  @laws estimLr never falls; invariant to the scale of gradients where ε = 0. A step of rate 0 does not move.
 *  @departs while all gradients are zero, or the rate is, estimLr stays: a schedule may start at 0. optax makes
 *    everything NaN then.
 *  @reference Mishchenko & Defazio 2023, arXiv:2306.06101; optax.contrib.prodigy
 *  @example prodigy({ learningRate: cosineDecaySchedule({ initValue: 1, decaySteps: 1000 }), weightDecay: 0.01 }) */
export const prodigy = (given?: ProdigyOptions): Transformation<Prodigy> => {
  const checked = parse(given)
  const { learningRate, betas, eps, estimLr0, estimLrCoef, weightDecay, safeguardWarmup } = checked
  const [b1, b2] = betas
  const b3 = checked.beta3 ?? Math.sqrt(b2)
  return steadyEquation({
    name: 'prodigy',
    options: plainOptions({ ...checked, beta3: b3 }),
    slots: {
      expAvg: zeros,
      expAvgSq: zeros,
      gradSum: zeros,
      params0: copied,
      estimLr: perTree(estimLr0),
      numeratorWeighted: perTree(0),
    },
    host: counting,
    scalars: ({ count }) => ({
      rate: (valueAt(learningRate, count) * Math.sqrt(1 - b2 ** (count + 1))) / (1 - b1 ** (count + 1)),
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      b3,
      eps,
      first: estimLr0,
      coefficient: estimLrCoef,
      decay: weightDecay,
    }),
  })(
    (A) =>
      (
        { update: g, param, expAvg, expAvgSq, gradSum, params0, estimLr, numeratorWeighted },
        { rate: share, b1, a1, b2, a2, b3: keep, eps, first, coefficient, decay },
      ) => {
        const d = A.mul(estimLr, share)
        const dg = A.mul(estimLr, g)
        const relative = A.div(estimLr, first)
        const product = A.treeSum(A.mul(g, A.sub(params0, param)))
        const m = moment(A)(b1, expAvg, a1, dg)
        const v = moment(A)(b2, expAvgSq, a2, A.mul(dg, dg))
        const s = moment(A)(keep, gradSum, A.div(safeguardWarmup ? estimLr : d, first), dg)
        const r = moment(A)(keep, numeratorWeighted, A.mul(relative, d), product)
        const size = A.treeSum(A.abs(s))
        const next = A.where(A.less(A.lit(0), size), A.max(estimLr, A.div(A.mul(coefficient, r), size)), estimLr)
        const step = A.div(m, A.add(A.sqrt(v), A.mul(next, eps)))
        return {
          update: A.neg(A.mul(d, A.add(step, A.mul(decay, param)))),
          expAvg: m,
          expAvgSq: v,
          gradSum: s,
          params0,
          estimLr: next,
          numeratorWeighted: r,
        }
      },
  )
}

const parse = options('prodigy', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  betas: withDefault(pairOf(halfOpenUnit, halfOpenUnit), [0.9, 0.999]),
  beta3: optional(halfOpenUnit),
  eps: withDefault(positive, 1e-8),
  estimLr0: withDefault(positive, 1e-6),
  estimLrCoef: withDefault(positive, 1),
  weightDecay: withDefault(nonNegative, 0),
  safeguardWarmup: withDefault(flag, false),
})
