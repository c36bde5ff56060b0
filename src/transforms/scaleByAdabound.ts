import { zeros } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAdabound`. */
export interface ScaleByAdaboundOptions {
  /** A number ≥ 0, or a schedule: the rate of Adam, which the bounds close in on. */
  readonly learningRate: number | Schedule
  /** The rate of plain descent that they end at, ≥ 0; it follows a schedule in proportion. Default 0.1. */
  readonly finalLr?: number
  /** How fast they close, > 0. Default 1e-3. */
  readonly gamma?: number
  /** The decay of the first moment, in [0, 1). Default 0.9. */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1). Default 0.999. */
  readonly b2?: number
  /** Added to the root, > 0. Default 1e-8. */
  readonly eps?: number
}

/** The state of `scaleByAdabound`. */
export interface ScaleByAdaboundState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByAdaboundState` as a function of the parameters. */
export interface ScaleByAdabound extends StateLambda {
  readonly State: ScaleByAdaboundState<this['Params']>
}

/** Adam that becomes momentum: its rate for each element is clipped between bounds that meet.
 *
 *  ```text
 *  step = clip(η·√(1−β₂ᵗ)/(1−β₁ᵗ)/(√v + ε), f·(1 − 1/(γt + 1)), f·(1 + 1/(γt)))     u = step·m
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction.
 *  @units those of the parameters, the learning rate included. u points uphill: `adabound` turns it.
 *  @departs `amsBound`, which keeps the largest second moment, is not here.
 *  @reference Luo et al. 2019, arXiv:1902.09843
 *  @example chain(scaleByAdabound({ learningRate: 1e-3 }), scale({ stepSize: -1 })) */
export const scaleByAdabound = (given: ScaleByAdaboundOptions): Transformation<ScaleByAdabound> => {
  const checked = parse(given)
  const { learningRate, finalLr, gamma, b1, b2, eps } = checked
  return equation({
    name: 'scaleByAdabound',
    options: plainOptions(checked),
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => {
      const t = count + 1
      const now = valueAt(learningRate, count)
      const first = valueAt(learningRate, 0)
      const end = first === 0 ? finalLr : (finalLr * now) / first
      return {
        b1,
        a1: 1 - b1,
        b2,
        a2: 1 - b2,
        eps,
        size: (now * Math.sqrt(1 - b2 ** t)) / (1 - b1 ** t),
        least: end * (1 - 1 / (gamma * t + 1)),
        most: end * (1 + 1 / (gamma * t)),
      }
    },
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, size, least, most }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const step = A.min(A.max(A.div(size, A.add(A.sqrt(v), eps)), least), most)
    return { update: A.mul(step, m), mu: m, nu: v }
  })
}

const parse = options('scaleByAdabound', {
  learningRate: required(numberOrSchedule(rate)),
  finalLr: withDefault(nonNegative, 0.1),
  gamma: withDefault(positive, 1e-3),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(positive, 1e-8),
})
