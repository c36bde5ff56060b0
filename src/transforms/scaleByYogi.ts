import { filled } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { biasCorrected } from './biasCorrected.js'
import { countOption, type CountBy, type CountedBy, type Counts } from './countOption.js'
import { moment } from './moment.js'

/** Options of `scaleByYogi`. */
export interface ScaleByYogiOptions {
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
   *  @defaultValue 1e-3 */
  readonly eps?: number
  /** Added under the root; above zero it keeps the gradient of a step finite.
   *
   *  @defaultValue 0 */
  readonly epsRoot?: number
  /** Where the accumulator starts.
   *
   *  @defaultValue 1e-6 */
  readonly initialAccumulatorValue?: number
}

/** The state of `scaleByYogi`. */
export interface ScaleByYogiState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment. */
  readonly mu: P
  /** The second moment. */
  readonly nu: P
}

/** `ScaleByYogiState` as a function of the parameters. */
export interface ScaleByYogi extends StateLambda {
  readonly State: ScaleByYogiState<this['Params']>
}

/** Adam whose second moment moves by the size of g², never by its own.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = v − (1−β₂)·sign(v − g²)·g²     u = m̂ / (√(v̂ + ε_root) + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, both filled with `initialAccumulatorValue`. With `count: 'leaf'`
 *    also muCorrection and nuCorrection, one number for each leaf.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  @departs the first moment too starts at `initialAccumulatorValue`, as in optax; the paper starts it at 0.
 *    One count for all leaves, as in `scaleByAdam`, unless `count: 'leaf'`: a leaf whose first gradient comes late
 *    starts too small or too large.
 *  @reference Zaheer et al. 2018; optax.scale_by_yogi
 *  @example chain(scaleByYogi(), scaleByLearningRate({ learningRate: 1e-2 })) */
export function scaleByYogi<C extends CountBy = 'step'>(
  given?: ScaleByYogiOptions & Counts<C>,
): Transformation<CountedBy<C, ScaleByYogi>>
export function scaleByYogi(given?: ScaleByYogiOptions & Counts<'step'>): Transformation<ScaleByYogi>
export function scaleByYogi(given?: ScaleByYogiOptions): Transformation<CountedBy<CountBy, ScaleByYogi>> {
  const checked = parse(given)
  const { eps, epsRoot, initialAccumulatorValue, count } = checked
  const start = filled(initialAccumulatorValue)
  return biasCorrected(
    { name: 'scaleByYogi', options: checked, slots: { mu: start, nu: start }, scalars: { eps, epsRoot } },
    count,
  )((A) => ({ update: g, mu, nu }, { b1, a1, a2, eps, epsRoot: root }, { c1, c2 }) => {
    const square = A.mul(g, g)
    const m = moment(A)(b1, mu, a1, g)
    const v = A.sub(nu, A.mul(A.mul(a2, A.sign(A.sub(nu, square))), square))
    return { update: A.div(A.div(m, c1), A.add(A.sqrt(A.add(A.div(v, c2), root)), eps)), mu: m, nu: v }
  })
}

const parse = optionsFor<ScaleByYogiOptions>()('scaleByYogi', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-3),
  epsRoot: withDefault(nonNegative, 0),
  initialAccumulatorValue: withDefault(nonNegative, 1e-6),
  ...countOption,
})
