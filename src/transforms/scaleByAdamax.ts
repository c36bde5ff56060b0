import type { Arithmetic } from '../equation/Arithmetic.js'
import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { leafCorrection, nextCorrection } from './biasCorrected.js'
import { countOption, type CountBy, type CountedBy, type Counts, type LeafCorrections } from './countOption.js'
import { moment } from './moment.js'

/** Options of `scaleByAdamax`. */
export interface ScaleByAdamaxOptions {
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
}

/** The state of `scaleByAdamax`. */
export interface ScaleByAdamaxState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The largest gradient that is remembered. */
  readonly nu: P
}

/** `ScaleByAdamaxState` as a function of the parameters. */
export interface ScaleByAdamax extends StateLambda {
  readonly State: ScaleByAdamaxState<this['Params']>
}

/** The state of `scaleByAdamax` where each leaf counts, as a function of the parameters. */
export interface ScaleByAdamaxByLeaf extends StateLambda {
  readonly State: ScaleByAdamaxState<this['Params']> & Pick<LeafCorrections<this['Params']>, 'muCorrection'>
}

/** Adam with the largest gradient in place of the second moment.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     ν = max(|g| + ε, β₂·ν)     u = (m/(1−β₁ᵗ)) / ν
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters. With `count: 'leaf'` also muCorrection, 1−β₁ᵗ of
 *    each leaf.
 *  @laws |u| ≤ 1/(1−β₁); invariant to the scale of gradients where ε = 0.
 *  @departs ε stands inside the maximum, as in optax; the paper has none. One count for all leaves, as in `scaleByAdam`,
 *    unless `count: 'leaf'`: a first gradient after n steps gives (1−β₁)/(1−β₁ⁿ⁺¹) of sign(g). ε = 0 with zero
 *    gradients only is NaN.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980, §7.1; optax.scale_by_adamax
 *  @example chain(scaleByAdamax(), scaleByLearningRate({ learningRate: 2e-3 })) */
export function scaleByAdamax<C extends CountBy = 'step'>(
  given?: ScaleByAdamaxOptions & Counts<C>,
): Transformation<CountedBy<C, ScaleByAdamax, ScaleByAdamaxByLeaf>>
export function scaleByAdamax(given?: ScaleByAdamaxOptions & Counts<'step'>): Transformation<ScaleByAdamax>
export function scaleByAdamax(given?: ScaleByAdamaxOptions): unknown {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  const fixed = { b1, a1: 1 - b1, b2, eps }
  const parts = { name: 'scaleByAdamax', options: checked, host: counting }
  return checked.count === 'step'
    ? equation({ ...parts, slots, scalars: ({ count }) => ({ ...fixed, c1: 1 - b1 ** (count + 1) }) })(
        (A) => (x, s) => rule(A)(x, s, s.c1),
      )
    : equation({ ...parts, slots: { ...slots, muCorrection: leafCorrection }, scalars: () => fixed })((A) => (x, s) => {
        const c1 = nextCorrection(A)(x.muCorrection, s.a1)
        return { ...rule(A)(x, s, c1), muCorrection: c1 }
      })
}

const slots = { mu: zeros, nu: zeros }

const rule =
  <A, B>(A: Arithmetic<A, B>) =>
  (
    { update: g, mu, nu }: { readonly [K in 'update' | 'mu' | 'nu']: A },
    { b1, a1, b2, eps }: { readonly [K in 'b1' | 'a1' | 'b2' | 'eps']: A },
    c1: A,
  ) => {
    const m = moment(A)(b1, mu, a1, g)
    const most = A.max(A.add(A.abs(g), eps), A.mul(b2, nu))
    return { update: A.div(A.div(m, c1), most), mu: m, nu: most }
  }

const parse = optionsFor<ScaleByAdamaxOptions>()('scaleByAdamax', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  ...countOption,
})
