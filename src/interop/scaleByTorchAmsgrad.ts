import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from '../transforms/moment.js'

/** Options of `scaleByTorchAmsgrad`. */
export interface ScaleByTorchAmsgradOptions {
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

/** AMSGrad as PyTorch has it: the largest second moment is kept without its bias correction.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·g²     v_max = max(v_max, v)
 *  u = (m/(1−β₁ᵗ)) / (√v_max/√(1−β₂ᵗ) + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu, nuMax }`; the last three like the parameters.
 *  @units as in `scaleByAdam`.
 *  @departs from `scaleByAmsgrad`, which keeps the largest of the corrected moments, as optax does: a state of one cannot
 *    go on in the other.
 *  @reference Reddi, Kale & Kumar 2018, arXiv:1904.09237; torch.optim.Adam with amsgrad
 *  @example chain(scaleByTorchAmsgrad(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByTorchAmsgrad = (given?: ScaleByTorchAmsgradOptions) => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  return equation({
    name: 'scaleByTorchAmsgrad',
    options: checked,
    slots: { mu: zeros, nu: zeros, nuMax: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      c1: 1 - b1 ** (count + 1),
      root: Math.sqrt(1 - b2 ** (count + 1)),
    }),
  })((A) => ({ update: g, mu, nu, nuMax }, { b1, a1, b2, a2, eps, c1, root }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const most = A.max(nuMax, v)
    return { update: A.div(A.div(m, c1), A.add(A.div(A.sqrt(most), root), eps)), mu: m, nu: v, nuMax: most }
  })
}

const parse = optionsFor<ScaleByTorchAmsgradOptions>()('scaleByTorchAmsgrad', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
})
