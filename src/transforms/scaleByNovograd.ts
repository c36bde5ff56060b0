import { perLeaf, zeros } from '../equation/Slot.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `scaleByNovograd`. */
export interface ScaleByNovogradOptions {
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.25 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** How much of a parameter is added to its normalized gradient; a number or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
}

/** The state of `scaleByNovograd`. */
export interface ScaleByNovogradState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum of normalized gradients. */
  readonly mu: P
  /** The second moment of a whole leaf: one number for each. */
  readonly nu: Leaves<P, Tensor>
}

/** `ScaleByNovogradState` as a function of the parameters. */
export interface ScaleByNovograd extends StateLambda {
  readonly State: ScaleByNovogradState<this['Params']>
}

/** Rescales by a running norm of each leaf, then averages: one second moment for a whole layer.
 *
 *  ```text
 *  ν = β₂·ν + (1−β₂)·‖g‖²     m = β₁·m + g/(√(ν + ε_root) + ε) + w·p     u = m
 *  at first ν = ‖g‖², and m without the old one
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu like the parameters, nu one number for each leaf.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @departs the first moment has no factor 1−β₁, as in optax and the paper's first formula; `weightDecay` may be a
 *    schedule, which optax refuses. One count for all leaves, as in optax: a leaf whose first gradient comes late
 *    starts with ν = (1−β₂)·‖g‖², 1.15 times the step for the default.
 *  @reference Ginsburg et al. 2019, arXiv:1905.11286; optax.scale_by_novograd
 *  @example chain(scaleByNovograd({ weightDecay: 1e-3 }), scaleByLearningRate({ learningRate: 1e-2 })) */
export const scaleByNovograd = (given?: ScaleByNovogradOptions): Transformation<ScaleByNovograd> => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot, weightDecay } = checked
  return equation({
    name: 'scaleByNovograd',
    options: plainOptions(checked),
    slots: { mu: zeros, nu: perLeaf(0) },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      b2,
      a2: count === 0 ? 1 : 1 - b2,
      eps,
      epsRoot,
      w: valueAt(weightDecay, count),
    }),
  })((A) => ({ update: g, param, mu, nu }, { b1, b2, a2, eps, epsRoot: root, w }) => {
    const norm = moment(A)(b2, nu, a2, A.leafSum(A.mul(g, g)))
    const step = A.add(A.div(g, A.add(A.sqrt(A.add(norm, root)), eps)), A.mul(w, param))
    const m = A.add(A.mul(b1, mu), step)
    return { update: m, mu: m, nu: norm }
  })
}

const parse = optionsFor<ScaleByNovogradOptions>()('scaleByNovograd', {
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 0.25),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
})
