import { filled } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByRms`. */
export interface ScaleByRmsOptions {
  /** How much of the old value stays at each step, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly decay?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Where the second moment starts.
   *
   *  @defaultValue 0 */
  readonly initialScale?: number
  /** Adds `eps` under the root, as optax does; else after it, as PyTorch does.
   *
   *  @defaultValue true */
  readonly epsInSqrt?: boolean
  /** Divides the moments by 1 − decayᵗ.
   *
   *  @defaultValue false */
  readonly biasCorrection?: boolean
}

/** The state of `scaleByRms`. */
export interface ScaleByRmsState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The mean square of gradients. */
  readonly nu: P
}

/** `ScaleByRmsState` as a function of the parameters. */
export interface ScaleByRms extends StateLambda {
  readonly State: ScaleByRmsState<this['Params']>
}

/** Rescales by the root of a running mean of squares.
 *
 *  ```text
 *  v = d·v + (1−d)·g²     u = g/√(v + ε),   or g/(√v + ε) without `epsInSqrt`        biasCorrection: v/(1−dᵗ) for v
 *  ```
 *
 *  @shapes state `{ count, nu }`; nu like the parameters, without bias correction.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @laws `{ epsInSqrt: false, biasCorrection: true }` is `scaleByAdam({ b1: 0 })`.
 *  @departs the state always counts, so that options never change its type. One count for all leaves: with
 *    `biasCorrection` a leaf whose first gradient comes after n steps starts with that of step n + 1.
 *  @reference Tieleman & Hinton 2012; Graves 2013, arXiv:1308.0850; optax.scale_by_rms
 *  @example chain(scaleByRms({ decay: 0.99 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByRms = (given?: ScaleByRmsOptions): Transformation<ScaleByRms> => {
  const checked = parse(given)
  const { decay, eps, initialScale, epsInSqrt, biasCorrection } = checked
  return equation({
    name: 'scaleByRms',
    options: checked,
    slots: { nu: filled(initialScale) },
    host: counting,
    scalars: ({ count }) => ({ d: decay, a: 1 - decay, eps, c: biasCorrection ? 1 - decay ** (count + 1) : 1 }),
  })((A) => ({ update: g, nu }, { d, a, eps, c }) => {
    const v = moment(A)(d, nu, a, A.mul(g, g))
    const unbiased = A.div(v, c)
    return { update: A.div(g, epsInSqrt ? A.sqrt(A.add(unbiased, eps)) : A.add(A.sqrt(unbiased), eps)), nu: v }
  })
}

const parse = optionsFor<ScaleByRmsOptions>()('scaleByRms', {
  decay: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-8),
  initialScale: withDefault(nonNegative, 0),
  epsInSqrt: withDefault(flag, true),
  biasCorrection: withDefault(flag, false),
})
