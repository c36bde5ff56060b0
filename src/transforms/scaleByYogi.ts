import { filled } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'

/** Adam whose second moment moves by the size of g², never by its own.
 *
 *    m = β₁·m + (1−β₁)·g     v = v − (1−β₂)·sign(v − g²)·g²     u = m̂ / (√(v̂ + ε_root) + ε)
 *
 *  Shapes   state `{ count, mu, nu }`; mu and nu like the parameters, both filled with `initialAccumulatorValue`.
 *  Units    as in `scaleByAdam`, gradients from 1.8e19 on make nu infinite for good: clip them before.
 *  Departs  the first moment too starts at `initialAccumulatorValue`, as in optax; the paper starts it at 0.
 *  Source   Zaheer et al. 2018; optax.scale_by_yogi
 *  Example  `chain(scaleByYogi(), scaleByLearningRate({ learningRate: 1e-2 }))` */
export const scaleByYogi = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { b1, b2, eps, epsRoot, initialAccumulatorValue } = checked
  const start = filled(initialAccumulatorValue)
  return equation({
    name: 'scaleByYogi',
    options: checked,
    slots: { mu: start, nu: start },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      a2: 1 - b2,
      eps,
      epsRoot,
      c1: 1 - b1 ** (count + 1),
      c2: 1 - b2 ** (count + 1),
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, a2, eps, epsRoot: root, c1, c2 }) => {
    const square = A.mul(g, g)
    const m = moment(A)(b1, mu, a1, g)
    const v = A.sub(nu, A.mul(A.mul(a2, A.sign(A.sub(nu, square))), square))
    return { update: A.div(A.div(m, c1), A.add(A.sqrt(A.add(A.div(v, c2), root)), eps)), mu: m, nu: v }
  })
}

const parse = options('scaleByYogi', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-3),
  epsRoot: withDefault(nonNegative, 0),
  initialAccumulatorValue: withDefault(nonNegative, 1e-6),
})
