import { zeros } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByStableAdamw`. */
export interface ScaleByStableAdamwOptions {
  /** The decay of the first moment, in [0, 1). Default 0.9. */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1). Default 0.99. */
  readonly b2?: number
  /** Added to the root, and the least root mean square, > 0. Default 1e-6. */
  readonly eps?: number
  /** The factor of the parameters, a number ≥ 0 or a schedule; it shrinks with the rate. Default 0. */
  readonly weightDecay?: number | Schedule
}

/** The state of `scaleByStableAdamw`. */
export interface ScaleByStableAdamwState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByStableAdamwState` as a function of the parameters. */
export interface ScaleByStableAdamw extends StateLambda {
  readonly State: ScaleByStableAdamwState<this['Params']>
}

/** Adam whose rate shrinks for each leaf where its gradient is larger than its second moment knows.
 *
 *  ```text
 *  β̂ = β·(1−βᵗ⁻¹)/(1−βᵗ)     m = β̂₁·m + (1−β̂₁)·g     v = β̂₂·v + (1−β̂₂)·g²
 *  u = (m/(√v + ε) + w·p) / max(1, √mean(g²/max(v, ε²)))        mean over one leaf
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, bias correction included.
 *  @units a direction; its bounds on gradients are those of `scaleByAdam`.
 *  @laws the first step is sign(g) where ε is far below g; a gradient k times as large as any before is clipped.
 *  @departs the decay stands inside, because the rate that shrinks is its factor, too.
 *  @reference Wortsman et al. 2023, arXiv:2304.13013; optimi's StableAdamW
 *  @example chain(scaleByStableAdamw({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByStableAdamw = (given?: ScaleByStableAdamwOptions): Transformation<ScaleByStableAdamw> => {
  const checked = parse(given)
  const { b1, b2, eps, weightDecay } = checked
  const unbiased = (b: number, t: number): number => (b * (1 - b ** (t - 1))) / (1 - b ** t)
  return equation({
    name: 'scaleByStableAdamw',
    options: plainOptions(checked),
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1: unbiased(b1, count + 1),
      a1: 1 - unbiased(b1, count + 1),
      b2: unbiased(b2, count + 1),
      a2: 1 - unbiased(b2, count + 1),
      eps,
      least: eps * eps,
      decay: valueAt(weightDecay, count),
    }),
  })((A) => ({ update: g, param, mu, nu }, { b1, a1, b2, a2, eps, least, decay }) => {
    const square = A.mul(g, g)
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, square)
    const surprise = A.sqrt(A.div(A.leafSum(A.div(square, A.max(v, least))), A.leafSize()))
    const direction = A.add(A.div(m, A.add(A.sqrt(v), eps)), A.mul(decay, param))
    return { update: A.div(direction, A.max(A.lit(1), surprise)), mu: m, nu: v }
  })
}

const parse = options('scaleByStableAdamw', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(positive, 1e-6),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
})
