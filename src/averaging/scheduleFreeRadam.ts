import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { chain } from '../combinators/chain.js'
import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { recipe } from '../optimizers/recipe.js'
import { counting, equation } from '../transformation/equation.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scheduleFree } from './scheduleFree.js'

/** Options of `scheduleFreeRadam`. */
export interface ScheduleFreeRadamOptions {
  /** The learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 0.0025 */
  readonly learningRate?: number
  /** Where gradients are taken: β of the average, 1 − β of the iterate. In (0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root of the second moment, ≥ 0.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The weight decay at y, multiplied by the learning rate: a finite number ≥ 0.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number
  /** A step weighs the largest learning rate so far to this power, ≥ 0.
   *
   *  @defaultValue 2 */
  readonly weightLrPower?: number
  /** A step weighs its number to this power, ≥ 0.
   *
   *  @defaultValue 0 */
  readonly r?: number
  /** Whether parameters rest until the second moment is trusted; else they go by plain gradients.
   *
   *  @defaultValue true */
  readonly silentSgdPhase?: boolean
}

/** The state of the rectified direction. */
export interface RectifiedState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `RectifiedState` as a function of the parameters. */
export interface Rectified extends StateLambda {
  readonly State: RectifiedState<this['Params']>
}

/** Schedule-free RAdam: no warm-up to choose, for the rectification is one.
 *
 *  ```text
 *  v ← β₂v + (1−β₂)g²        ρ = ρ∞ − 2t·β₂ᵗ/(1−β₂ᵗ),  ρ∞ = 2/(1−β₂) − 1
 *  ρ > 4:  u = −η·r·(g/(√v̂ + ε) + w·y)     else  u = −η·(g + w·y), or 0 where silent        (see `scheduleFree`)
 *  ```
 *
 *  @shapes the state of `scheduleFree`.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @laws with β₂ = 0.999 and a silent beginning the first five steps do not move.
 *  @reference Liu et al. 2020, arXiv:1908.03265; schedulefree.RAdamScheduleFree
 *  @example scheduleFreeRadam({ learningRate: 0.0025 }) */
export const scheduleFreeRadam = (given?: ScheduleFreeRadamOptions) => {
  const checked = parse(given)
  const { b1, b2, eps, weightDecay, weightLrPower, r, silentSgdPhase } = checked
  const rateAt = (count: number): number => {
    const { trusted, factor } = rectification(b2, count + 1)
    return checked.learningRate * (trusted ? factor : silentSgdPhase ? 0 : 1)
  }
  const direction: Transformation<Rectified> = equation({
    name: 'scaleByRectified',
    options: { b2, eps },
    slots: { nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b2,
      a2: 1 - b2,
      eps,
      c2: 1 - b2 ** (count + 1),
      trusted: rectification(b2, count + 1).trusted ? 1 : 0,
    }),
  })((A) => ({ update: g, nu }, { b2: b, a2, eps: e, c2, trusted }) => {
    const v = A.add(A.mul(b, nu), A.mul(a2, A.mul(g, g)))
    const scaled = A.div(g, A.add(A.sqrt(A.div(v, c2)), e))
    return { update: A.where(A.less(A.lit(0), trusted), scaled, g), nu: v }
  })
  return recipe(
    'scheduleFreeRadam',
    checked,
    // the weights are those of the step's own rate: `scheduleFree` reads one count later
    scheduleFree({ learningRate: (count) => rateAt(count - 1), b1, weightLrPower, r })(
      chain(direction, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: rateAt })),
    ),
  )
}

/** Whether the second moment is trusted after t gradients, and the factor that makes up for its variance. */
const rectification = (b2: number, t: number): { readonly trusted: boolean; readonly factor: number } => {
  const last = 2 / (1 - b2) - 1
  const rho = last - (2 * t * b2 ** t) / (1 - b2 ** t)
  if (!(rho > 4)) return { trusted: false, factor: 0 }
  return { trusted: true, factor: Math.sqrt(((rho - 4) * (rho - 2) * last) / ((last - 4) * (last - 2) * rho)) }
}

const parse = optionsFor<ScheduleFreeRadamOptions>()('scheduleFreeRadam', {
  learningRate: withDefault(rate, 0.0025),
  b1: withDefault(nonNegative, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  weightDecay: withDefault(nonNegative, 0),
  weightLrPower: withDefault(nonNegative, 2),
  r: withDefault(nonNegative, 0),
  silentSgdPhase: withDefault(flag, true),
})
