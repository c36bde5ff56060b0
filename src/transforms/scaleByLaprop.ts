import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByLaprop`. */
export interface ScaleByLapropOptions {
  /** The decay of the momentum, in [0, 1). Default 0.9. */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1). Default 0.999. */
  readonly b2?: number
  /** Added to the root, > 0. Default 1e-15. */
  readonly eps?: number
}

/** The state of `scaleByLaprop`. */
export interface ScaleByLapropState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum of what gradients are over their second moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByLapropState` as a function of the parameters. */
export interface ScaleByLaprop extends StateLambda {
  readonly State: ScaleByLapropState<this['Params']>
}

/** Adam with the momentum taken after the division: it stays bounded however the two decays are chosen.
 *
 *  ```text
 *  v = β₂·v + (1−β₂)·g²     m = β₁·m + (1−β₁)·g/(√v̂ + ε)     u = m/(1−β₁ᵗ)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction.
 *  @units a direction; its bounds on gradients are those of `scaleByAdam`.
 *  @laws invariant to the scale of gradients where ε = 0; β₁ = 0 is `scaleByAdam` with b1 0.
 *  @departs timm keeps the learning rate inside of the momentum: with a constant one that is the same.
 *  @reference Ziyin, Wang & Ueda 2020, arXiv:2002.04839
 *  @example chain(scaleByLaprop(), scaleByLearningRate({ learningRate: 4e-4 })) */
export const scaleByLaprop = (given?: ScaleByLapropOptions): Transformation<ScaleByLaprop> => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  return equation({
    name: 'scaleByLaprop',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      r1: 1 / (1 - b1 ** (count + 1)),
      r2: 1 / (1 - b2 ** (count + 1)),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, r1, r2 }) => {
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const m = moment(A)(b1, mu, a1, A.div(g, A.add(A.sqrt(A.mul(v, r2)), eps)))
    return { update: A.mul(m, r1), mu: m, nu: v }
  })
}

const parse = options('scaleByLaprop', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(positive, 1e-15),
})
