import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

import { kerasScalars } from './scaleByKerasAdam.js'

/** Options of `scaleByKerasAmsgrad`. */
export interface ScaleByKerasAmsgradOptions {
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

/** AMSGrad as Keras has it: the largest second moment and ε both stand before the bias correction.
 *
 *  ```text
 *  m, v as in `scaleByKerasAdam`     v_max = max(v_max, v)     u = (√(1−β₂ᵗ)/(1−β₁ᵗ))·m / (√v_max + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu, nuMax }`; the last three like the parameters.
 *  @units as in `scaleByAdam`.
 *  @departs from `scaleByAmsgrad`, which keeps the largest of the corrected moments, and from `scaleByTorchAmsgrad` in
 *    where ε stands.
 *  @reference Reddi, Kale & Kumar 2018, arXiv:1904.09237; keras.optimizers.Adam with amsgrad
 *  @example chain(scaleByKerasAmsgrad(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByKerasAmsgrad = (given?: ScaleByKerasAmsgradOptions) => {
  const checked = parse(given)
  return equation({
    name: 'scaleByKerasAmsgrad',
    options: checked,
    slots: { mu: zeros, nu: zeros, nuMax: zeros },
    host: counting,
    scalars: ({ count }) => kerasScalars(checked, count + 1),
  })((A) => ({ update: g, mu, nu, nuMax }, { b1, a1, b2, a2, eps, rate }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const most = A.max(nuMax, v)
    return { update: A.div(A.mul(rate, m), A.add(A.sqrt(most), eps)), mu: m, nu: v, nuMax: most }
  })
}

const parse = optionsFor<ScaleByKerasAmsgradOptions>()('scaleByKerasAmsgrad', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-7),
})
