import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

/** Options of `scaleByKerasAdam`. */
export interface ScaleByKerasAdamOptions {
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
   *  @defaultValue 1e-7 */
  readonly eps?: number
}

/** Adam as Keras and TensorFlow have it: ε stands beside the root of the second moment before its bias correction, the
 *  ε̂ of the paper's section 2.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·g²     u = (√(1−β₂ᵗ)/(1−β₁ᵗ))·m / (√v + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters.
 *  @units as in `scaleByAdam`.
 *  @departs from `scaleByAdam` in where ε stands: its weight falls from 1/√(1−β₂) to 1 as steps go by.
 *  @reference Kingma & Ba 2015, arXiv:1412.6980; keras.optimizers.Adam; tf.compat.v1.train.AdamOptimizer
 *  @example chain(scaleByKerasAdam(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByKerasAdam = (given?: ScaleByKerasAdamOptions) => {
  const checked = parse(given)
  return equation({
    name: 'scaleByKerasAdam',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => kerasScalars(checked, count + 1),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, rate }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    return { update: A.div(A.mul(rate, m), A.add(A.sqrt(v), eps)), mu: m, nu: v }
  })
}

/** The numbers of a step of Adam as Keras has it.
 *
 *  @internal */
export const kerasScalars = (
  { b1, b2, eps }: { readonly b1: number; readonly b2: number; readonly eps: number },
  t: number,
) => ({ b1, a1: 1 - b1, b2, a2: 1 - b2, eps, rate: Math.sqrt(1 - b2 ** t) / (1 - b1 ** t) })

const parse = optionsFor<ScaleByKerasAdamOptions>()('scaleByKerasAdam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-7),
})
