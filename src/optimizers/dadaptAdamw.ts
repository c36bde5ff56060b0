import { perTree, zeros } from '../equation/Slot.js'
import { numberOrSchedule, pairOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting } from '../transformation/equation.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import { moment } from '../transforms/moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `dadaptAdamw`. */
export interface DadaptAdamwOptions {
  /** A factor of the rate that it finds: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
  /** The decays of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to roots, > 0.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The first guess of the distance to the solution, > 0: too small costs a few steps, too large diverges.
   *
   *  @defaultValue 1e-6 */
  readonly estimLr0?: number
  /** Decay of the parameters, times the whole rate.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
}

/** The state of `dadaptAdamw`. */
export interface DadaptAdamwState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, of gradients times the rate. */
  readonly expAvg: P
  /** The second moment, of the same. */
  readonly expAvgSq: P
  /** The weighted sum of gradients. */
  readonly gradSum: P
  /** The rate that was found: one number. */
  readonly estimLr: Tensor
  /** What it is estimated from, beside the sum: one number. */
  readonly numeratorWeighted: Tensor
}

/** `DadaptAdamwState` as a function of the parameters. */
export interface DadaptAdamw extends StateLambda {
  readonly State: DadaptAdamwState<this['Params']>
}

/** AdamW that learns its learning rate: an estimate d of the distance to the solution, which only grows.
 *
 *  ```text
 *  λ = d·η·√(1−β₂ᵗ)/(1−β₁ᵗ)     s′ = √β₂·s + (1−√β₂)·λ·g     r′ = √β₂·r + (1−√β₂)·λ·Σ g·s/(√v + ε)
 *  m ← β₁·m + (1−β₁)·λ·g     v ← β₂·v + (1−β₂)·g²     d ← max(d, r′/((1−√β₂)·Σ|s′|))
 *  p ← p − m/(√v + ε) − w·λ·p
 *  ```
 *
 *  @shapes state `{ count, expAvg, expAvgSq, gradSum, estimLr, numeratorWeighted }`; three like the parameters, the last
 *    two one number for the tree.
 *  @units the rate is found in the parameters' units; its bounds on gradients are those of `scaleByAdam`.
 *  @laws estimLr never falls.
 *  @departs while all gradients are zero, or the rate is, estimLr stays; optax makes it NaN for good.
 *  @reference Defazio & Mishchenko 2023, arXiv:2301.07733; optax.contrib.dadapt_adamw
 *  @example dadaptAdamw({ learningRate: cosineDecaySchedule({ initValue: 1, decaySteps: 1000 }) }) */
export const dadaptAdamw = (given?: DadaptAdamwOptions): Transformation<DadaptAdamw> => {
  const checked = parse(given)
  const { learningRate, betas, eps, estimLr0, weightDecay } = checked
  const [b1, b2] = betas
  const root = Math.sqrt(b2)
  return steadyEquation({
    name: 'dadaptAdamw',
    options: plainOptions(checked),
    slots: {
      expAvg: zeros,
      expAvgSq: zeros,
      gradSum: zeros,
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
      b3: root,
      a3: 1 - root,
      eps,
      decay: weightDecay,
    }),
  })(
    (A) =>
      (
        { update: g, param, expAvg, expAvgSq, gradSum, estimLr, numeratorWeighted },
        { rate: share, b1, a1, b2, a2, b3, a3, eps, decay },
      ) => {
        const d = A.mul(estimLr, share)
        const product = A.treeSum(A.mul(g, A.div(gradSum, A.add(A.sqrt(expAvgSq), eps))))
        const m = moment(A)(b1, expAvg, A.mul(a1, d), g)
        const v = moment(A)(b2, expAvgSq, a2, A.mul(g, g))
        const s = moment(A)(b3, gradSum, A.mul(a3, d), g)
        const size = A.treeSum(A.abs(s))
        const r = moment(A)(b3, numeratorWeighted, A.mul(a3, d), product)
        const known = A.less(A.lit(0), size)
        return {
          update: A.neg(A.add(A.div(m, A.add(A.sqrt(v), eps)), A.mul(A.mul(decay, d), param))),
          expAvg: m,
          expAvgSq: v,
          gradSum: s,
          estimLr: A.where(known, A.max(estimLr, A.div(r, A.mul(a3, size))), estimLr),
          numeratorWeighted: r,
        }
      },
  )
}

const parse = options('dadaptAdamw', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  betas: withDefault(pairOf(halfOpenUnit, halfOpenUnit), [0.9, 0.999]),
  eps: withDefault(positive, 1e-8),
  estimLr0: withDefault(positive, 1e-6),
  weightDecay: withDefault(nonNegative, 0),
})
