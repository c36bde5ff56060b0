import { filled, zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByStddev`. */
export interface ScaleByStddevOptions {
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

/** The state of `scaleByStddev`. */
export interface ScaleByStddevState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The mean of gradients. */
  readonly mu: P
  /** Their mean square. */
  readonly nu: P
}

/** `ScaleByStddevState` as a function of the parameters. */
export interface ScaleByStddev extends StateLambda {
  readonly State: ScaleByStddevState<this['Params']>
}

/** Rescales by a running standard deviation: centered RMSProp.
 *
 *  ```text
 *  m = d·m + (1−d)·g     v = d·v + (1−d)·g²     s = max(v − m², 0)
 *  u = g/√(s + ε),   or g/(√s + ε) without `epsInSqrt`
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @departs a variance that rounding takes below 0 is 0: of steady gradients optax, PyTorch and Keras make NaN. The state
 *    always counts, so that options never change its type. One count for all leaves: with `biasCorrection` a leaf whose
 *    first gradient comes after n steps starts with that of step n + 1.
 *  @reference Graves 2013, arXiv:1308.0850; optax.scale_by_stddev
 *  @example chain(scaleByStddev({ eps: 1e-4 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByStddev = (given?: ScaleByStddevOptions): Transformation<ScaleByStddev> => {
  const checked = parse(given)
  const { decay, eps, initialScale, epsInSqrt, biasCorrection } = checked
  return equation({
    name: 'scaleByStddev',
    options: checked,
    slots: { mu: zeros, nu: filled(initialScale) },
    host: counting,
    scalars: ({ count }) => ({ d: decay, a: 1 - decay, eps, c: biasCorrection ? 1 - decay ** (count + 1) : 1 }),
  })((A) => ({ update: g, mu, nu }, { d, a, eps, c }) => {
    const m = moment(A)(d, mu, a, g)
    const v = moment(A)(d, nu, a, A.mul(g, g))
    const mean = A.div(m, c)
    const variance = A.max(A.sub(A.div(v, c), A.mul(mean, mean)), A.lit(0))
    return { update: A.div(g, epsInSqrt ? A.sqrt(A.add(variance, eps)) : A.add(A.sqrt(variance), eps)), mu: m, nu: v }
  })
}

const parse = optionsFor<ScaleByStddevOptions>()('scaleByStddev', {
  decay: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-8),
  initialScale: withDefault(nonNegative, 0),
  epsInSqrt: withDefault(flag, true),
  biasCorrection: withDefault(flag, false),
})
