import { zeros } from '../equation/Slot.js'
import { oneOf } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAdan`. */
export interface ScaleByAdanOptions {
  /** Decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.98 */
  readonly b1?: number
  /** Decay of the differences of gradients, in [0, 1).
   *
   *  @defaultValue 0.92 */
  readonly b2?: number
  /** Decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.99 */
  readonly b3?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** Whose form of the step ahead: `'optax'`, or `'authors'` as in their code.
   *
   *  @defaultValue 'optax' */
  readonly lookAhead?: 'optax' | 'authors'
}

/** The state of `scaleByAdan`. */
export interface ScaleByAdanState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The mean of gradients, without bias correction. */
  readonly m: P
  /** The mean of their changes, without bias correction. */
  readonly v: P
  /** The mean square of gradients that look ahead, without bias correction. */
  readonly n: P
  /** The last gradient. */
  readonly g: P
}

/** `ScaleByAdanState` as a function of the parameters. */
export interface ScaleByAdan extends StateLambda {
  readonly State: ScaleByAdanState<this['Params']>
}

/** Adaptive Nesterov momentum: looks ahead along the change of the gradient.
 *
 *  ```text
 *  d = g − g_prev, at first 0     m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·d     n = β₃·n + (1−β₃)·(g + f·d)²
 *  u = (m̂ + f·v̂) / (√(n̂ + ε_root) + ε)        f = 1−β₂
 *  ```
 *
 *  @shapes state `{ count, m, v, n, g }`; the last four like the parameters, m, v and n without bias correction.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make n infinite for good: clip them before.
 *  @departs f = 1−β₂ as in optax; with the same meaning of β₂ the authors' code has f = β₂: `lookAhead: 'authors'`.
 *    One count for all leaves, as in `scaleByAdam`: a leaf whose first gradient comes late starts with the bias
 *    correction of that step, and with a change d that is all of its gradient.
 *  @reference Xie et al. 2022, arXiv:2208.06677; optax.scale_by_adan
 *  @example chain(scaleByAdan(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAdan = (given?: ScaleByAdanOptions): Transformation<ScaleByAdan> => {
  const checked = parse(given)
  const { b1, b2, b3, eps, epsRoot, lookAhead } = checked
  const f = lookAhead === 'optax' ? 1 - b2 : b2
  return equation({
    name: 'scaleByAdan',
    options: checked,
    slots: { m: zeros, v: zeros, n: zeros, g: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      b3,
      a3: 1 - b3,
      eps,
      epsRoot,
      f,
      past: count,
      c1: 1 - b1 ** (count + 1),
      c2: 1 - b2 ** (count + 1),
      c3: 1 - b3 ** (count + 1),
    }),
  })((A) => ({ update, m, v, n, g }, { b1, a1, b2, a2, b3, a3, eps, epsRoot: root, f, past, c1, c2, c3 }) => {
    const change = A.where(A.less(A.lit(0), past), A.sub(update, g), A.lit(0))
    const ahead = A.add(update, A.mul(f, change))
    const first = moment(A)(b1, m, a1, update)
    const drift = moment(A)(b2, v, a2, change)
    const second = moment(A)(b3, n, a3, A.mul(ahead, ahead))
    const direction = A.add(A.div(first, c1), A.mul(f, A.div(drift, c2)))
    return {
      update: A.div(direction, A.add(A.sqrt(A.add(A.div(second, c3), root)), eps)),
      m: first,
      v: drift,
      n: second,
      g: update,
    }
  })
}

const parse = optionsFor<ScaleByAdanOptions>()('scaleByAdan', {
  b1: withDefault(halfOpenUnit, 0.98),
  b2: withDefault(halfOpenUnit, 0.92),
  b3: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  lookAhead: withDefault(oneOf('optax', 'authors'), 'optax'),
})
