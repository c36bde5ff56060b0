import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { biasCorrected } from './biasCorrected.js'
import { countOption, type CountBy, type CountedBy, type Counts } from './countOption.js'
import { moment } from './moment.js'

/** Options of `scaleByAmsgrad`. */
export interface ScaleByAmsgradOptions {
  /** What the bias correction counts: every `step`, one count for all leaves; or for each `leaf` the steps on which it had a gradient.
   *
   *  @defaultValue 'step' */
  readonly count?: CountBy
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** Corrects the first moment for its start at zero.
   *
   *  @defaultValue true */
  readonly biasCorrectionMu?: boolean
  /** Corrects the second moment for its start at zero.
   *
   *  @defaultValue true */
  readonly biasCorrectionNu?: boolean
}

/** The state of `scaleByAmsgrad`. */
export interface ScaleByAmsgradState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
  /** The largest second moment so far. */
  readonly nuMax: P
}

/** `ScaleByAmsgradState` as a function of the parameters. */
export interface ScaleByAmsgrad extends StateLambda {
  readonly State: ScaleByAmsgradState<this['Params']>
}

/** Adam whose second moment never falls.
 *
 *  ```text
 *  m, v as in `scaleByAdam`     v_max = max(v_max, v̂)     u = m̂ / (√(v_max + ε_root) + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu, nuMax }`; the last three like the parameters, mu and nu without bias correction. With
 *    `count: 'leaf'` also muCorrection and nuCorrection, one number for each leaf.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @laws invariant to the scale of gradients where ε = 0.
 *  @departs the maximum is over second moments after bias correction, as in optax; the paper corrects nothing:
 *    `biasCorrectionMu: false, biasCorrectionNu: false`. One count for all leaves, as in `scaleByAdam`, unless
 *    `count: 'leaf'`: a leaf whose first gradient comes late starts too small or too large.
 *  @reference Reddi, Kale & Kumar 2018, arXiv:1904.09237; optax.scale_by_amsgrad
 *  @example chain(scaleByAmsgrad({ b2: 0.99 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export function scaleByAmsgrad<C extends CountBy = 'step'>(
  given?: ScaleByAmsgradOptions & Counts<C>,
): Transformation<CountedBy<C, ScaleByAmsgrad>>
export function scaleByAmsgrad(given?: ScaleByAmsgradOptions & Counts<'step'>): Transformation<ScaleByAmsgrad>
export function scaleByAmsgrad(given?: ScaleByAmsgradOptions): Transformation<CountedBy<CountBy, ScaleByAmsgrad>> {
  const checked = parse(given)
  const { eps, epsRoot, biasCorrectionMu, biasCorrectionNu, count } = checked
  return biasCorrected(
    {
      name: 'scaleByAmsgrad',
      options: checked,
      slots: { mu: zeros, nu: zeros, nuMax: zeros },
      scalars: { eps, epsRoot },
    },
    count,
  )((A) => ({ update: g, mu, nu, nuMax }, { b1, a1, b2, a2, eps, epsRoot: root }, { c1, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const most = A.max(nuMax, biasCorrectionNu ? A.div(v, c2) : v)
    const direction = biasCorrectionMu ? A.div(m, c1) : m
    return { update: A.div(direction, A.add(A.sqrt(A.add(most, root)), eps)), mu: m, nu: v, nuMax: most }
  })
}

const parse = optionsFor<ScaleByAmsgradOptions>()('scaleByAmsgrad', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  biasCorrectionMu: withDefault(flag, true),
  biasCorrectionNu: withDefault(flag, true),
  ...countOption,
})
