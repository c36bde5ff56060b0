import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'

/** Rescales by the belief in a gradient: how near it is to what its running average foretold.
 *
 *    m = β₁·m + (1−β₁)·g     s = β₂·s + (1−β₂)·(g−m)² + ε_root     u = m̂ / (√ŝ + ε)
 *
 *  Shapes   state `{ count, mu, nu }`; mu and nu like the parameters, without bias correction.
 *  Units    as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  Laws     the first step is sign(g)/β₁ up to ε.
 *  Departs  ε_root is added to the stored s at every step, so it adds up; nothing else is under the root.
 *  Source   Zhuang et al. 2020, arXiv:2010.07468; optax.scale_by_belief
 *  Example  `chain(scaleByBelief(), scaleByLearningRate({ learningRate: 1e-3 }))` */
export const scaleByBelief = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot, nesterov } = checked
  return equation({
    name: 'scaleByBelief',
    options: checked,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      b2,
      a2: 1 - b2,
      eps,
      epsRoot,
      c1: 1 - b1 ** (count + 1),
      c1Next: 1 - b1 ** (count + 2),
      c2: 1 - b2 ** (count + 1),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, b2, a2, eps, epsRoot: root, c1, c1Next, c2 }) => {
    const m = moment(A)(b1, mu, a1, g)
    const surprise = A.sub(g, m)
    const s = A.add(moment(A)(b2, nu, a2, A.mul(surprise, surprise)), root)
    const direction = nesterov ? A.add(A.div(A.mul(b1, m), c1Next), A.div(A.mul(a1, g), c1)) : A.div(m, c1)
    return { update: A.div(direction, A.add(A.sqrt(A.div(s, c2)), eps)), mu: m, nu: s }
  })
}

const parse = options('scaleByBelief', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  nesterov: withDefault(flag, false),
})
