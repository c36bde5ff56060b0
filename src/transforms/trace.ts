import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { unitInterval } from '../scalars/Decay.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'

/** Accumulates updates with a decay: momentum (Polyak 1964), or Nesterov's.
 *
 *    Tₜ = gₜ + d·Tₜ₋₁        u = Tₜ, or gₜ + d·Tₜ with nesterov
 *
 *  Shapes   state `{ trace }`, like the parameters.
 *           A leaf without a gradient rests: its trace neither decays nor moves it.
 *  Laws     linear; d = 0 is `identity`.
 *  Source   optax.trace; Sutskever et al. 2013
 *  Example  `chain(trace({ decay: 0.9 }), scaleByLearningRate({ learningRate: 0.1 }))` */
export const trace = (given: OptionsOf<typeof parse>) => {
  const { decay, nesterov } = parse(given)
  return equation({
    name: 'trace',
    options: { decay, nesterov },
    slots: { trace: zeros },
    scalars: () => ({ d: decay }),
  })((A) => ({ update: g, trace: T }, { d }) => {
    const next = A.add(g, A.mul(d, T))
    return { update: nesterov ? A.add(g, A.mul(d, next)) : next, trace: next }
  })
}

const parse = options('trace', { decay: required(unitInterval), nesterov: withDefault(flag, false) })
