import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'

/** Adam whose second moment never falls.
 *
 *    m, v as in `scaleByAdam`     v_max = max(v_max, v̂)     u = m̂ / (√(v_max + ε_root) + ε)
 *
 *  Shapes   state `{ count, mu, nu, nuMax }`; the last three like the parameters, mu and nu without bias correction.
 *  Units    as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  Laws     invariant to the scale of gradients where ε = 0.
 *  Departs  the maximum is over second moments after bias correction, as in optax; the paper corrects nothing:
 *           `biasCorrectionMu: false, biasCorrectionNu: false`.
 *  Source   Reddi, Kale & Kumar 2018, arXiv:1904.09237; optax.scale_by_amsgrad
 *  Example  `chain(scaleByAmsgrad({ b2: 0.99 }), scaleByLearningRate({ learningRate: 1e-3 }))` */
export const scaleByAmsgrad = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot, biasCorrectionMu, biasCorrectionNu } = checked
  return equation({
    name: 'scaleByAmsgrad',
    options: checked,
    slots: { mu: zeros, nu: zeros, nuMax: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      epsRoot,
      c1: biasCorrectionMu ? 1 - b1 ** (count + 1) : 1,
      c2: biasCorrectionNu ? 1 - b2 ** (count + 1) : 1,
    }),
  })((A) => ({ update: g, mu, nu, nuMax }, { b1, a1, b2, a2, eps, epsRoot: root, c1, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const v = moment(A)(b2, nu, a2, A.mul(g, g))
    const most = A.max(nuMax, A.div(v, c2))
    return { update: A.div(A.div(m, c1), A.add(A.sqrt(A.add(most, root)), eps)), mu: m, nu: v, nuMax: most }
  })
}

const parse = options('scaleByAmsgrad', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  biasCorrectionMu: withDefault(flag, true),
  biasCorrectionNu: withDefault(flag, true),
})
