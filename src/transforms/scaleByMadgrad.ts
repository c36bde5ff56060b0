import { copied, zeros } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByMadgrad`. */
export interface ScaleByMadgradOptions {
  /** A number ≥ 0, or a schedule. */
  readonly learningRate: number | Schedule
  /** How much of the parameters stays at each step, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly momentum?: number
  /** Added to the learning rate and to the root, > 0.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
}

/** The state of `scaleByMadgrad`. */
export interface ScaleByMadgradState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The weighted sum of squares of gradients. */
  readonly gradSumSq: P
  /** The weighted sum of gradients. */
  readonly s: P
  /** The parameters at the start. */
  readonly x0: P
}

/** `ScaleByMadgradState` as a function of the parameters. */
export interface ScaleByMadgrad extends StateLambda {
  readonly State: ScaleByMadgradState<this['Params']>
}

/** Dual averaging with momentum: gradients add up from where training started, over the cube root of their squares.
 *
 *  ```text
 *  λ = (η + ε)·√t     G = G + λ·g²     s = s + λ·g     z = p₀ − s/(∛G + ε)     u = (1 − momentum)·(z − p)
 *  ```
 *
 *  @shapes state `{ count, gradSumSq, s, x0 }`; the three like the parameters.
 *  @units those of the parameters; u points downhill. ∛ takes the learning rate to the power 2/3.
 *  @departs nothing. Only gradients that arrive here count: parameters that something else moves are drawn back.
 *  @reference Defazio & Jelassi 2021, arXiv:2101.11075; optax.contrib.scale_by_madgrad
 *  @example scaleByMadgrad({ learningRate: 1e-2 }) */
export const scaleByMadgrad = (given: ScaleByMadgradOptions): Transformation<ScaleByMadgrad> => {
  const checked = parse(given)
  const { learningRate, momentum, eps } = checked
  return equation({
    name: 'scaleByMadgrad',
    options: plainOptions(checked),
    slots: { gradSumSq: zeros, s: zeros, x0: copied },
    host: counting,
    scalars: ({ count }) => ({
      lambda: (valueAt(learningRate, count) + eps) * Math.sqrt(count + 1),
      third: 1 / 3,
      eps,
      take: 1 - momentum,
    }),
  })((A) => ({ update: g, param, gradSumSq, s, x0 }, { lambda, third, eps, take }) => {
    const squares = A.add(gradSumSq, A.mul(lambda, A.mul(g, g)))
    const sum = A.add(s, A.mul(lambda, g))
    const z = A.sub(x0, A.div(sum, A.add(A.pow(squares, third), eps)))
    return { update: A.mul(take, A.sub(z, param)), gradSumSq: squares, s: sum, x0 }
  })
}

const parse = options('scaleByMadgrad', {
  learningRate: required(numberOrSchedule(rate)),
  momentum: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(positive, 1e-6),
})
