import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { unitInterval } from '../scalars/Decay.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `trace`. */
export interface TraceOptions {
  /** How much of the trace stays at each step, in [0, 1]. */
  readonly decay: number
  /** Nesterov's momentum: the update looks one step ahead.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `trace`. */
export interface TraceState<P> {
  /** The momentum. */
  readonly trace: P
}

/** `TraceState` as a function of the parameters. */
export interface Tracing extends StateLambda {
  readonly State: TraceState<this['Params']>
}

/** Accumulates updates with a decay: momentum (Polyak 1964), or Nesterov's.
 *
 *  ```text
 *  Tₜ = gₜ + d·Tₜ₋₁        u = Tₜ, or gₜ + d·Tₜ with nesterov
 *  ```
 *
 *  @shapes state `{ trace }`, like the parameters.
 *    A leaf without a gradient rests: its trace neither decays nor moves it.
 *  @laws linear; d = 0 is `identity`.
 *  @reference optax.trace; Sutskever et al. 2013
 *  @example chain(trace({ decay: 0.9 }), scaleByLearningRate({ learningRate: 0.1 })) */
export const trace = (given: TraceOptions): Transformation<Tracing> => {
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

const parse = optionsFor<TraceOptions>()('trace', { decay: required(unitInterval), nesterov: withDefault(flag, false) })
